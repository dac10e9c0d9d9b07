; "play" calls inner loops, NumPy's or those below, one after the other, and all of them again for every step from
; "first" to before "last".
;
; A row is twelve words: the loop, its data, its sizes, its strides, where its arrays begin at the first step (four,
; the output last, unused ones zero), and how far each moves on from one step to the next.

define void @play(ptr %rows, i64 %count, i64 %first, i64 %last) {
start:
  %args = alloca <4 x i64>, align 32 ; a copy: some loops move their pointers on
  %calls.some = icmp sgt i64 %count, 0
  %steps.some = icmp slt i64 %first, %last
  %some = and i1 %calls.some, %steps.some
  br i1 %some, label %step, label %over

step:
  %t = phi i64 [ %first, %start ], [ %t.next, %step.over ]
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
  %begin.at = getelementptr i64, ptr %row, i64 4
  %begin = load <4 x i64>, ptr %begin.at, align 8
  %move.at = getelementptr i64, ptr %row, i64 8
  %move = load <4 x i64>, ptr %move.at, align 8
  %moved = mul <4 x i64> %move, %t.each
  %now = add <4 x i64> %begin, %moved
  store <4 x i64> %now, ptr %args, align 32
  call void %loop(ptr %args, ptr %sizes, ptr %strides, ptr %data)
  %i.next = add i64 %i, 1
  %i.more = icmp slt i64 %i.next, %count
  br i1 %i.more, label %call, label %step.over

step.over:
  %t.next = add i64 %t, 1
  %t.more = icmp slt i64 %t.next, %last
  br i1 %t.more, label %step, label %over

over:
  ret void
}

; A whole program as an inner loop of another: its data is what "play" takes.

define void @program(ptr %args, ptr %sizes, ptr %strides, ptr %data) {
  %rows = load ptr, ptr %data
  %count.at = getelementptr i64, ptr %data, i64 1
  %count = load i64, ptr %count.at
  %first.at = getelementptr i64, ptr %data, i64 2
  %first = load i64, ptr %first.at
  %last.at = getelementptr i64, ptr %data, i64 3
  %last = load i64, ptr %last.at
  call void @play(ptr %rows, i64 %count, i64 %first, i64 %last)
  ret void
}

; An inner loop, handed what NumPy hands its own: squared lengths of vectors of single precision, "(n)->()", added up in
; double precision. The k-th square goes into partial sum k mod 4, wherever the numbers stand: four at a time if side by
; side. So the sum depends on the numbers alone.

define void @squared_lengths(ptr %args, ptr %sizes, ptr %strides, ptr %data) {
start:
  %from = load ptr, ptr %args
  %into.at = getelementptr ptr, ptr %args, i64 1
  %into = load ptr, ptr %into.at
  %count = load i64, ptr %sizes
  %n.at = getelementptr i64, ptr %sizes, i64 1
  %n = load i64, ptr %n.at
  %from.move = load i64, ptr %strides
  %into.move.at = getelementptr i64, ptr %strides, i64 1
  %into.move = load i64, ptr %into.move.at
  %apart.at = getelementptr i64, ptr %strides, i64 2
  %apart = load i64, ptr %apart.at
  %beside = icmp eq i64 %apart, 4
  %fours = and i64 %n, -4
  %wide = select i1 %beside, i64 %fours, i64 0
  %some = icmp sgt i64 %count, 0
  br i1 %some, label %vector, label %over

vector:
  %i = phi i64 [ 0, %start ], [ %i.next, %vector.over ]
  %from.by = mul i64 %i, %from.move
  %x = getelementptr i8, ptr %from, i64 %from.by
  br label %four.more

four.more:
  %k = phi i64 [ 0, %vector ], [ %k.next, %four ]
  %fours.sum = phi <4 x double> [ zeroinitializer, %vector ], [ %fours.next, %four ]
  %four.some = icmp slt i64 %k, %wide
  br i1 %four.some, label %four, label %one.more

four:
  %four.at = getelementptr float, ptr %x, i64 %k
  %four.single = load <4 x float>, ptr %four.at, align 4
  %four.double = fpext <4 x float> %four.single to <4 x double>
  %four.square = fmul <4 x double> %four.double, %four.double
  %fours.next = fadd <4 x double> %fours.sum, %four.square
  %k.next = add i64 %k, 4
  br label %four.more

one.more:
  %j = phi i64 [ %wide, %four.more ], [ %j.next, %one ]
  %sum = phi <4 x double> [ %fours.sum, %four.more ], [ %sum.next, %one ]
  %one.some = icmp slt i64 %j, %n
  br i1 %one.some, label %one, label %vector.over

one:
  %one.by = mul i64 %j, %apart
  %one.at = getelementptr i8, ptr %x, i64 %one.by
  %one.single = load float, ptr %one.at, align 4
  %one.double = fpext float %one.single to double
  %one.square = fmul double %one.double, %one.double
  %lane = and i64 %j, 3
  %old = extractelement <4 x double> %sum, i64 %lane
  %new = fadd double %old, %one.square
  %sum.next = insertelement <4 x double> %sum, double %new, i64 %lane
  %j.next = add i64 %j, 1
  br label %one.more

vector.over:
  %a = extractelement <4 x double> %sum, i64 0
  %b = extractelement <4 x double> %sum, i64 1
  %c = extractelement <4 x double> %sum, i64 2
  %d = extractelement <4 x double> %sum, i64 3
  %ab = fadd double %a, %b
  %cd = fadd double %c, %d
  %abcd = fadd double %ab, %cd
  %into.by = mul i64 %i, %into.move
  %place = getelementptr i8, ptr %into, i64 %into.by
  store double %abcd, ptr %place, align 8
  %i.next = add i64 %i, 1
  %vector.some = icmp slt i64 %i.next, %count
  br i1 %vector.some, label %vector, label %over

over:
  ret void
}
