package vm

// A chain executes several instructions that follow each other without going
// through the interpreter's switch in between, which costs about six machine
// instructions a time. Other than a fused instruction, a chain leaves the
// instructions behind its first one in place, with their operands, and walks
// over them: jumps may lead to them, and what fails does so at the right
// instruction and line. Only the first one's opcode says that it is a chain.
//
// The chains are those that the project's compiler and erlc emit most in
// recursive functions and calls of funs: with them fib(30) takes a third
// less time.
var chains = map[[2]opcode]opcode{
	{opAllocateMoveXY, opMoveXXCall}:     opAllocCall,
	{opAllocateMoveXYInit, opMoveXXCall}: opAllocInitCall,
	{opNonemptyGetListXXX, opAllocCall}:  opGetListAllocCall,
	{opAddXI, opAllocInitCall}:           opAddAllocInitCall,
	{opAddXI, opAllocCall}:               opAddAllocCall,
	{opAddYI, opMoveXYXXCall}:            opAddYIMoveCall,
	{opAddYI, opCall}:                    opAddYICall,
	{opMoveXY, opAddYICall}:              opMoveAddYICall,
	{opMoveYX2, opCall}:                  opMoveYX2ThenCall,
	{opMoveYX, opCallFun}:                opMoveYXCallFun,
	{opMoveXX, opMoveYXCallFun}:          opMoveXXYXCallFun,
	{opMoveYX2, opCallFun}:               opMoveYX2ThenCallFun,
	{opMoveYX, opCallLast}:               opMoveYXCallLast,
	{opMoveYX2, opCallLast}:              opMoveYX2CallLast,
	{opMoveYX2, opMoveYXCallLast}:        opMoveYX3CallLast,
	{opMoveXY2, opMoveXY2}:               opMoveXY4,
	{opAllocateMoveXY, opMoveXY2}:        opAllocMoveXY3,
	{opAllocateMoveXY, opMoveXY4}:        opAllocMoveXY5,
	{opLtXIBool, opReturn}:               opLtXIBoolReturn,
	{opEqXIBool, opReturn}:               opEqXIBoolReturn,
}

// A function that calls itself with a number made from its first argument, in a
// register that is no argument, and needs the old one later: the number
// is put into its place at once, since the call leaves no other register as it was. What
// fails is done over, one instruction at a time.
func chainOfNumber(code []instr, i int) opcode {
	p := &code[i]
	const x0 opnd = 0
	switch p.op {
	case opAddAllocCall, opAddAllocInitCall:
		alloc, call := &code[i+1], &code[i+2]
		if p.a == x0 && alloc.a == x0 && call.a == p.c && call.b == x0 && int(p.c) >= int(call.n)*termSize && p.c != x0 {
			if p.op == opAddAllocCall {
				return opLessAllocCall
			}
			return opLessAllocInitCall
		}
	case opSelectXDense:
		if p.a == x0 {
			switch p.to.op {
			case opLessAllocCall:
				return opSelectLessAllocCall
			case opLessAllocInitCall:
				return opSelectLessAllocInitCall
			}
		}
	case opMoveAddYICall:
		if add := &code[i+1]; p.a == x0 && add.c == x0 && add.a != p.b {
			return opKeepAddYICall
		}
	case opAddYIMoveCall:
		move := &code[i+1]
		if dst := opnd(move.n >> 8); move.a == x0 && move.c == p.c && dst == x0 && int(p.c) >= int(move.n&0xFF)*termSize && p.c != x0 {
			return opAddYIKeepCall
		}
	}
	return p.op
}

// chain marks the chains in code, from the end so that longer ones are built
// from shorter ones.
func chain(code []instr) {
	for i := len(code) - 2; i > 0; i-- {
		if op, ok := chains[[2]opcode{code[i].op, code[i+1].op}]; ok {
			code[i].op = op
		}
		code[i].op = chainOfNumber(code, i)
	}
}
