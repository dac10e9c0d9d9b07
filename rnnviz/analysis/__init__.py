"""What can be asked of a pass: which error reaches which step, one step's Jacobian, what truncation leaves out."""
