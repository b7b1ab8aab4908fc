package vm

// opcode is an internal instruction. The letters behind a name say where the
// operands are: X and Y registers, L a literal in v, I a small integer in n, S
// any source.
type opcode uint8

const (
	opBad      opcode = iota // never reached in code that passed the loader
	opModule                 // first of every array: ends backward searches
	opBreak                  // in place of a traced function's first, see breakpoint.go
	opFuncInfo               // function_clause
	opSlow                   // everything that is a Go function: ext.call

	opMoveXX
	opMoveXY
	opMoveYX
	opMoveYY
	opMoveLX
	opMoveLY
	opMoveXY2 // two moves from x to y: a->b, c->n
	opMoveYX2 // two moves from y to x: a->b, c->n
	opSwapXX  // a <-> b
	opSwapXY
	opMoveXXCall   // move and call: a->b, call to
	opMoveYXCall   //
	opMoveLXCall   //
	opMoveXXTail   // move and call_only
	opMoveXYXXCall // a->b (x to y), c->n (x to x), call

	opJump
	opJumpBack // costs a reduction; n registers may be in use
	opCall
	opCallOnly
	opCallLast
	opCallExt
	opCallExtOnly
	opCallExtLast
	opReturn
	opMoveXReturn
	opMoveLReturn
	opAllocate
	opAllocateMoveXY     // allocate n, a->b
	opAllocateMoveXYInit // and [] -> y c
	opDeallocate
	opDeallocReturn
	opTrim
	opInitY

	opBif     // a call of a Go function; tail position when c != 0
	opBifBody // the whole body of a function in Go
	opApply
	opApplyLast
	opApplyBody2 // erlang:apply/2
	opApplyBody3
	opCallFun // of an x register
	opCallFunS
	opCallFunLast // of any operand; c is the frame that goes
	opUndef       // the body of every export without code
	opExit        // the process returns from its first call
	opHibernated

	opIsLt // to, a, b: general operands
	opIsGe
	opIsEq
	opIsNe
	opIsEqExact
	opIsNeExact
	opIsLtXX
	opIsGeXX
	opIsLtXI
	opIsGeXI
	opIsLtIX // n < x
	opIsGeIX
	opIsEqXI // =:= with a small integer
	opIsEqXA // =:= with an atom
	opIsEqXL // =:= with an atom, a small integer or []
	opIsNeXL
	opIsNeXI
	opIsNeXA
	opIsEqYL
	opIsNeYL
	opIsLtXIReturn // x < n: return, else jump
	opIsGeXIReturn

	opIsInteger
	opIsFloat
	opIsNumber
	opIsAtom
	opIsPid
	opIsReference
	opIsPort
	opIsNilX
	opIsNil
	opIsBinary
	opIsBitstr
	opIsBoolean
	opIsListX
	opIsList
	opIsNonemptyListX
	opIsNonemptyList
	opIsTupleX
	opIsTuple
	opIsMap
	opIsIntegerX
	opIsAtomX
	opIsMapX
	opIsBinaryX
	opIsFunction
	opTestArityX // a tuple of n elements (known to be a tuple)
	opTupleX     // is_tuple and test_arity
	opTaggedTupleX
	opTaggedTuple
	opTupleS
	opSelectVal
	opSelectXDense // small integers close together
	opSelectXI     // few small integers
	opSelectXA     // few atoms
	opSelectXA2    // the atom in v, or the one in ext.lits
	opSelectArity

	opGetListXXX // x -> head x, tail x
	opGetListXYX
	opGetListXXY
	opGetListXYY
	opGetList
	opGetHd
	opGetHdXX
	opGetTlXX
	opGetTl
	opNonemptyGetListXXX      // is_nonempty_list and get_list
	opAllocNonemptyGetListXYX // is_nonempty_list, allocate n, get_list x -> y0-relative, x
	opGetElemXX
	opGetElemXY
	opGetElemS
	opGetElem2XX // elements n and n+1 to two x registers
	opPutListXXX
	opPutListYXX
	opPutListYYX
	opPutListXLX
	opPutListYLX
	opPutList
	opPutListYXXDealloc // put_list y x x; deallocate c; return
	opPutTuple2

	opAddXI // x + n -> x
	opAddXX
	opAddYX
	opAddYI
	opAddYXDealloc // y + x0 -> x0; deallocate n; return
	opAdd
	opSub
	opMul
	opRem
	opRemXI // n > 0
	opDivXI // the same
	opBandXI
	opLtXIBool // c is whether x < n, or not if b is 1
	opEqXIBool // c is whether x is n, or not if b is 1
	opDiv
	opBand
	opSubXX
	opGuard1
	opGuard2
	opGuard3
	opAddXICallOnly  // counting loops: x + n -> x; call_only
	opAddToXCallOnly // the same where both are one register

	opMakeFun
	opTry
	opCatch
	opTryEnd
	opTryCase
	opCatchEnd
	opBadmatch
	opCaseEnd
	opTryCaseEnd
	opIfEnd
	opBadrecord
	opRawRaise
	opRaise

	// Chains, see chain.go.
	opGetListAllocCall
	opAllocCall
	opAddAllocCall
	opAddYIMoveCall
	opAddAllocInitCall
	opAllocInitCall
	opAddYICall
	opMoveAddYICall
	opMoveYX2ThenCall
	opMoveYXCallFun
	opMoveXXYXCallFun
	opMoveYX2ThenCallFun
	opMoveYXCallLast
	opMoveYX2CallLast
	opMoveYX3CallLast
	opMoveXY4
	opAllocMoveXY3
	opAllocMoveXY5
	opLtXIBoolReturn
	opEqXIBoolReturn
	opLessAllocCall
	opLessAllocInitCall
	opSelectLessAllocCall
	opSelectLessAllocInitCall
	opKeepAddYICall
	opAddYIKeepCall

	// Bitstrings, all registers x.
	opBsStart    // bs_start_match of a context
	opBsPass     // the context takes the place of the rest, see passContexts
	opBsBytes    // n/8 bytes, seven at most, as an integer
	opBsString   // the bytes in v come next
	opBsPosition // bs_get_position
	opBsReset    // bs_set_position
	opBsTestTail
	opBsTestUnit8
	opBsAppend // bs_create_bin that appends, see appendBytes

	opSend
	opLoopRec
	opLoopRecEnd
	opRemoveMessage
	opTimeout
	opWait
	opWaitTimeout

	opNone opcode = 255 // none has it, see loop
)
