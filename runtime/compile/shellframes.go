package compile

import (
	"ersh/parser"
	"ersh/runtime/beam"
	"ersh/runtime/term"
)

// In erl a line typed at the shell is interpreted, and a stack trace shows the
// interpreter's functions on their way down to the expression. Code of the
// shell is compiled here, so each of its instructions that may be in a trace
// carries the frames that erl would show in its place. Line numbers are those
// of OTP 29.

// route is the frames that the interpreter has between an expression and one
// of its parts, innermost first.
type route []beam.Frame

// trail is the routes from an instruction up to its function.
type trail struct {
	route route
	up    *trail
}

func frameOf(file, name string, arity, line int) beam.Frame {
	return beam.Frame{Module: term.A(file), Name: term.A(name), Arity: arity, File: file + ".erl", Line: line}
}

func evalFrame(name string, arity, line int) beam.Frame {
	return frameOf("erl_eval", name, arity, line)
}

func exprAt(line int) route { return route{evalFrame("expr", 6, line)} }

// listIn is the elements of a list that the interpreter evaluates as one.
func listIn(below ...beam.Frame) route {
	return append(route{evalFrame("expr_list", 7, 1664), evalFrame("expr_list", 5, 1660)}, below...)
}

func fieldIn(line, below int) route {
	return route{evalFrame("eval_map_fields", 6, line), evalFrame("expr", 6, below)}
}

func segmentIn(line int) route {
	return route{frameOf("eval_bits", "eval_field", 5, line), frameOf("eval_bits", "expr_grp1", 6, 76),
		frameOf("eval_bits", "expr_grp", 5, 72), evalFrame("expr", 6, 843)}
}

func maybeIn(line, below int) route {
	return route{evalFrame("maybe_match_exprs", 4, line), evalFrame("expr", 6, below)}
}

// The ways down.
var (
	inHead         = exprAt(441)
	inTail         = exprAt(442)
	inTuple        = listIn(evalFrame("expr", 6, 451))
	inMapBase      = exprAt(588)
	inOperand      = exprAt(814)
	inLeft         = exprAt(837)
	inRight        = exprAt(838)
	inAndalso      = [2]route{exprAt(817), exprAt(820)}
	inOrelse       = [2]route{exprAt(827), exprAt(831)}
	inMatch        = exprAt(792)
	inSequence     = route{evalFrame("exprs", 6, 276)}
	inCase         = exprAt(608)
	inAfterTime    = exprAt(615)
	inCatch        = exprAt(780)
	inTry          = route{evalFrame("try_clauses", 10, 1690)}
	inTryOf        = route{evalFrame("try_clauses", 10, 1696)}
	inTryCatch     = route{evalFrame("try_clauses", 10, 1707)}
	inTryAfter     = route{evalFrame("try_clauses", 10, 1715)}
	inRemoteModule = exprAt(752)
	inRemoteName   = exprAt(753)
	inRemoteArgs   = listIn(evalFrame("expr", 6, 754))
	inBIFArgs      = listIn(evalFrame("expr", 6, 765))
	inCallee       = exprAt(771)
	inFunArgs      = listIn(evalFrame("expr", 6, 772))
	inLocalArgs    = listIn(frameOf("shell", "local_func", 8, 1552), evalFrame("local_func", 8, 949))
	inSegment      = segmentIn(111)
	inSegmentSize  = segmentIn(114)
	inRecordUpdate = route{evalFrame("expr", 6, 792), evalFrame("exprs", 6, 276)}
	inFilter       = route{evalFrame("eval_filter", 7, 1520)}
	inZipSource    = route{evalFrame("convert_gen_values", 6, 1087), evalFrame("eval_lc1", 7, 1066)}
	inSource       = map[parser.CompKind]route{
		parser.ListKind: {evalFrame("eval_generator", 7, 1427)},
		parser.BinKind:  {evalFrame("eval_generator", 7, 1433)},
		parser.MapKind:  {evalFrame("eval_generator", 7, 1440)},
	}
	inComp = map[parser.CompKind]route{
		parser.ListKind: {evalFrame("eval_lc", 7, 1061)},
		parser.BinKind:  {evalFrame("eval_bc", 7, 1352)},
		parser.MapKind:  {evalFrame("eval_mc", 7, 1375)},
	}
	inTemplate = map[parser.CompKind]route{
		parser.ListKind: {evalFrame("expr_list", 7, 1664), evalFrame("eval_lc1", 7, 1078)},
		parser.BinKind:  {evalFrame("eval_bc1", 7, 1367)},
		parser.MapKind:  listIn(evalFrame("eval_mc2", 6, 1397)),
	}
	inRound = map[parser.CompKind]route{
		parser.ListKind: {evalFrame("eval_generate", 9, 1462)},
		parser.BinKind:  {evalFrame("eval_b_generate", 9, 1481)},
		parser.MapKind:  {evalFrame("eval_m_generate", 9, 1501)},
	}
	inZipRound = route{evalFrame("eval_zip", 8, 1418)}
)

// Where the interpreter itself raises errors.
var (
	atBadmatch     = exprAt(796)
	atCaseClause   = route{evalFrame("case_clauses", 8, 1744)}
	atIfClause     = route{evalFrame("if_clauses", 7, 1683)}
	atTryClause    = route{evalFrame("try_clauses", 10, 1698)}
	atElseClause   = exprAt(810)
	atAndalso      = exprAt(823)
	atOrelse       = exprAt(833)
	atPut          = exprAt(590)
	atUpdateFirst  = route{evalFrame("-expr/6-fun-4-", 2, 594), frameOf("lists", "foldl", 3, 2465), evalFrame("expr", 6, 591)}
	atUpdateNext   = route{evalFrame("-expr/6-fun-4-", 2, 594), frameOf("lists", "foldl_1", 3, 2470), evalFrame("expr", 6, 591)}
	atApplyArgs    = route{evalFrame("do_apply", 6, 1010)}
	atMakeFun      = exprAt(619)
	atBadMapSource = route{evalFrame("eval_generator", 7, 1451)}
	atBadSource    = map[parser.CompKind]route{
		parser.ListKind: {evalFrame("eval_generate", 9, 1472)},
		parser.BinKind:  {evalFrame("eval_b_generate", 9, 1493)},
	}
	atStrict = map[parser.CompKind]route{
		parser.ListKind: {evalFrame("eval_generate", 9, 1467)},
		parser.BinKind:  {evalFrame("eval_b_generate", 9, 1486)},
		parser.MapKind:  {evalFrame("eval_m_generate", 9, 1506)},
	}
	atStrictRest = route{evalFrame("eval_b_generate", 9, 1488)}
	atZipEnd     = route{evalFrame("eval_zip", 8, 1406)}
	atBadZip     = route{evalFrame("eval_zip", 8, 1411)}
	atBadFilter  = route{evalFrame("eval_filter", 7, 1526)}
	atSegment    = exprAt(843)
	atCallee     = route{frameOf("erl_internal", "bif", 3, 264), evalFrame("expr", 6, 756)}
	noRoute      = route{}
)

// Frames of the call itself, which depend on how the call goes on.
var (
	applyFrame    = when(frameOf("shell", "apply_fun", 3, 1209), beam.OnRaise)
	applyFunFrame = when(frameOf("shell", "apply_fun", 3, 1211), beam.OnRaise)
	doApply       = when(evalFrame("do_apply", 7, 1048), beam.OnRaise|beam.OnCall)
	doApplyPlain  = when(evalFrame("do_apply", 7, 1044), beam.OnRaise|beam.OnCall)
	doApplyFun    = when(evalFrame("do_apply", 7, 1048), beam.OnCall)
	doApplyOther  = when(evalFrame("do_apply", 6, 1035), beam.OnRaise)
	doApplyArity  = when(evalFrame("do_apply", 6, 1014), beam.OnArity)
	doApplyLocal  = when(evalFrame("do_apply", 7, 1044), beam.OnCall)
)

func when(f beam.Frame, w beam.FrameKind) beam.Frame {
	f.Kind = w
	return f
}

// Frames that stand for the functions of funs none of whose clauses fit.
var (
	atFunClause = route{{Module: term.A("erl_eval"), Name: term.A(shellInside)}, evalFrame("eval_fun", 8, 1588)}
	atNamedFun  = route{{Module: term.A("erl_eval"), Name: term.A(shellInside)}, evalFrame("eval_named_fun", 10, 1608)}
)

// going lowers something that the interpreter reaches by a route; value tells
// whether the interpreter, in the body of a fun, goes there by a call whose
// value it returns.
func (f *fn) going(r route, value bool, lower func()) {
	if f.m.shell == nil {
		lower()
		return
	}
	saved, part := f.trail, f.part
	if len(r) > 0 {
		f.trail = &trail{r, f.trail}
	}
	f.part = part || !value
	lower()
	f.trail, f.part = saved, part
}

// within lowers a part of an expression.
func (f *fn) within(r route, e parser.Expr) (v opnd) {
	if f.m.shell == nil {
		return f.expr(e)
	}
	f.going(r, false, func() { v = f.expr(e) })
	return v
}

// eachWithin lowers parts of an expression from left to right.
func (f *fn) eachWithin(r route, es []parser.Expr) []opnd {
	out := make([]opnd, len(es))
	for i, e := range es {
		out[i] = f.within(r, e)
	}
	return out
}

// showing lowers instructions that show other frames than calls do.
func (f *fn) showing(r route, lower func()) {
	if f.m.shell == nil {
		lower()
		return
	}
	saved := f.shown
	f.shown = r
	lower()
	f.shown = saved
}

// bare lowers a call that leaves the frames to the caller.
func (f *fn) bare(lower func() opnd) (v opnd) {
	saved, part := f.trail, f.part
	f.trail, f.part = nil, false
	f.showing(noRoute, func() { v = lower() })
	f.trail, f.part = saved, part
	return v
}

// hasFrames reports whether a call in tail position leaves frames behind.
func (f *fn) hasFrames() bool { return f.m.shell != nil && f.trail != nil }

// maxFrames is how many frames an instruction carries, some of which depend on
// how it fails: a stack trace shows eight.
const maxFrames = 16

// shellLine is the number under which the frames of an instruction stand.
func (f *fn) shellLine() int32 {
	var frames []beam.Frame
	if f.shown != nil {
		frames = append(frames, f.shown...)
	} else {
		if !f.m.shell.plain {
			frames = append(frames, applyFrame)
		}
		switch {
		case f.part && f.m.shell.plain:
			frames = append(frames, doApplyPlain)
		case f.part:
			frames = append(frames, doApply)
		}
	}
	for t := f.trail; t != nil && len(frames) < maxFrames; t = t.up {
		for _, x := range t.route {
			if n := len(frames); n == 0 || frames[n-1] != x {
				frames = append(frames, x)
			}
		}
	}
	s := f.m.shell
	for len(s.frames) < len(f.m.lines) {
		s.frames = append(s.frames, nil)
	}
	f.m.lines = append(f.m.lines, beam.Line{Line: int(max(f.pos.Line, 1))})
	s.frames = append(s.frames, frames)
	return int32(len(s.frames) - 1)
}

// callFrames is what a call of a fun shows.
func (f *fn) callFrames() route {
	if s := f.m.shell; s != nil && s.plain {
		if f.part {
			return route{doApplyArity, doApplyOther, doApplyLocal}
		}
		return route{doApplyArity}
	}
	if f.part {
		return route{doApplyArity, applyFunFrame, doApplyOther, doApplyFun}
	}
	return route{doApplyArity, applyFunFrame}
}

// foreignFrames is what a call of a fun shows that is known not to be the
// interpreter's.
func (f *fn) foreignFrames() route {
	r := route{applyFunFrame, when(doApplyOther, beam.OnRaise|beam.OnCall)}
	if f.m.shell != nil && f.m.shell.plain {
		r = r[1:]
	}
	if !f.part {
		r = r[:len(r)-1]
	}
	return r
}

// localFrames is what a call of a function of the shell shows.
func (f *fn) localFrames() route {
	if f.part {
		return route{doApplyLocal}
	}
	return noRoute
}

// mapFieldRoutes is the ways to the key and the value of a map's field.
func (f *fn) mapFieldRoutes(e *parser.Map, p *parser.MapPair) (key, value route) {
	switch {
	case f.m.shell == nil:
		return nil, nil
	case e.Base == nil:
		return fieldIn(1545, 598), fieldIn(1546, 598)
	case p.Exact:
		return fieldIn(1549, 589), fieldIn(1550, 589)
	}
	return fieldIn(1545, 589), fieldIn(1546, 589)
}

// badMap raises the error of an update of what is no map.
func (f *fn) badMap(src opnd) {
	if f.m.shell == nil {
		f.raise(f.tuple([]opnd{cnst(aBadmap), src}))
		return
	}
	f.showing(atPut, func() {
		v := f.callExt("maps", "put", []opnd{cnst(term.A("k")), cnst(term.A("v")), src}, false)
		f.end(pReturn, v)
	})
}

// shellUpdate updates a map by the functions that the interpreter calls for
// each field.
func (f *fn) shellUpdate(e *parser.Map, src opnd, keys, vals []opnd) opnd {
	at := atUpdateFirst
	for i, p := range e.Pairs {
		name := "put"
		if p.Exact {
			name = "update"
		}
		f.showing(at, func() { src = f.callExt("maps", name, []opnd{keys[i], vals[i], src}, false) })
		at = atUpdateNext
	}
	return src
}

// field is what eval_bits:failed/1 is told of a field.
func (s segment) field(n int, inString bool, val, size opnd) []opnd {
	sign, endian := "unsigned", "big"
	switch {
	case s.native:
		endian = "native"
	case s.little:
		endian = "little"
	}
	if s.signed {
		sign = "signed"
	}
	return []opnd{cnst(term.Small(int64(n))), cnst(term.A(s.typ)), cnst(term.T(term.A(sign), term.A(endian))), cnst(term.Bool(inString)),
		cnst(term.Small(int64(s.unit))), val, size}
}

// badBinary raises the error of a binary whose fields don't fit.
func (f *fn) badBinary(fields [][]opnd) {
	rows := make([]opnd, len(fields))
	for i, x := range fields {
		rows[i] = f.tuple(x)
	}
	f.showing(atSegment, func() {
		f.end(pReturn, f.callExt("eval_bits", "failed", []opnd{f.list(rows, cnst(term.EmptyList))}, false))
	})
}

// shellApply calls a fun with a list of arguments, the length of which the
// interpreter asks for first if the fun is its own.
func (f *fn) shellApply(args []opnd, tail bool) (v opnd) {
	args[0], args[1] = f.reg(args[0]), f.reg(args[1])
	call, bad := f.newBlock(), f.newBlock()
	length := f.m.importIndex("erlang", "length", 1)
	f.add(inst{op: beam.OpGcBif1, list: -1, ops: []opnd{failTo(bad), live, num(length), args[1], def(f.newReg())}})
	f.jump(call)
	f.place(bad)
	f.op(beam.OpIsFunction, failTo(call), args[0])
	f.showing(atApplyArgs, func() { f.bif("length", kindGC, []opnd{args[1]}) })
	f.jump(call)
	f.place(call)
	f.showing(f.callFrames(), func() { v = f.callExt("erlang", "apply", args, tail) })
	return v
}

// checkCallee raises the error of a call of M:F where M is an atom and F is none.
func (f *fn) checkCallee(mod, name opnd, arity int) {
	if f.m.shell == nil {
		return
	}
	mod, name = f.reg(mod), f.reg(name)
	call, bad := f.newBlock(), f.newBlock()
	f.op(beam.OpIsAtom, failTo(bad), name)
	f.jump(call)
	f.aside(bad, func() {
		f.op(beam.OpIsAtom, failTo(call), mod)
		f.showing(atCallee, func() {
			f.callExt("erlang", "error", []opnd{cnst(aFunctionClause),
				f.list([]opnd{mod, name, cnst(term.Small(int64(arity)))}, cnst(term.EmptyList))}, true)
		})
	})
	f.place(call)
}

// atTimeout is where the interpreter finds that a receive's time is none.
var atTimeout = route{{Module: term.A("prim_eval"), Name: term.A("receive"), Arity: 2}, evalFrame("receive_clauses", 8, 1758)}

// checkTimeout raises the error of a receive in the shell whose time is none;
// the instruction would raise it without frames.
func (f *fn) checkTimeout(timeout opnd) {
	if f.m.shell == nil {
		return
	}
	timeout = f.reg(timeout)
	bad, number, good := f.newBlock(), f.newBlock(), f.newBlock()
	f.op(beam.OpIsNeExact, failTo(good), timeout, cnst(term.Infinity))
	f.op(beam.OpIsInteger, failTo(bad), timeout)
	f.jump(number)
	f.place(number)
	f.op(beam.OpIsGe, failTo(bad), timeout, cnst(term.Small(0)))
	f.op(beam.OpIsGe, failTo(bad), cnst(term.Small(1<<32-1)), timeout)
	f.jump(good)
	f.aside(bad, func() {
		f.showing(atTimeout, func() { f.raise(cnst(term.A("timeout_value"))) })
	})
	f.place(good)
}
