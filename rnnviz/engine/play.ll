; Calls NumPy's inner loops one after the other, and all of them again for every step.
;
; A row is twelve words: the loop, its data, its sizes, its strides, where its arrays begin at the first step (four,
; the output last, unused ones zero), and how far each moves on from one step to the next.

define void @play(ptr %rows, i64 %count, i64 %steps) {
start:
  %args = alloca <4 x i64>, align 32 ; a copy: some loops move their pointers on
  %all = mul i64 %count, %steps
  %some = icmp sgt i64 %all, 0
  br i1 %some, label %step, label %over

step:
  %t = phi i64 [ 0, %start ], [ %t.next, %step.over ]
  %t.one = insertelement <4 x i64> poison, i64 %t, i64 0
  %t.each = shufflevector <4 x i64> %t.one, <4 x i64> poison, <4 x i32> zeroinitializer
  br label %call

call:
  %i = phi i64 [ 0, %step ], [ %i.next, %call ]
  %row = getelementptr [12 x i64], ptr %rows, i64 %i
  %loop = load ptr, ptr %row
  %data.at = getelementptr i64, ptr %row, i64 1
  %data = load ptr, ptr %data.at
  %sizes.at = getelementptr i64, ptr %row, i64 2
  %sizes = load ptr, ptr %sizes.at
  %strides.at = getelementptr i64, ptr %row, i64 3
  %strides = load ptr, ptr %strides.at
  %first.at = getelementptr i64, ptr %row, i64 4
  %first = load <4 x i64>, ptr %first.at, align 8
  %move.at = getelementptr i64, ptr %row, i64 8
  %move = load <4 x i64>, ptr %move.at, align 8
  %moved = mul <4 x i64> %move, %t.each
  %now = add <4 x i64> %first, %moved
  store <4 x i64> %now, ptr %args, align 32
  call void %loop(ptr %args, ptr %sizes, ptr %strides, ptr %data)
  %i.next = add i64 %i, 1
  %i.more = icmp slt i64 %i.next, %count
  br i1 %i.more, label %call, label %step.over

step.over:
  %t.next = add i64 %t, 1
  %t.more = icmp slt i64 %t.next, %steps
  br i1 %t.more, label %step, label %over

over:
  ret void
}
