package bif

import (
	"math"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

var mathBIFs = []vm.BIF{
	math1("sin", exactSin), math1("cos", exactCos), math1("tan", exactTan),
	math1("asin", exactAsin), math1("acos", exactAcos), math1("atan", exactAtan),
	math1("sinh", libSinh), math1("cosh", libCosh), math1("tanh", libTanh),
	math1("asinh", exactAsinh), math1("acosh", exactAcosh), math1("atanh", exactAtanh),
	math1("exp", exactExp), math1("log", exactLog), math1("log2", exactLog2),
	math1("log10", libLog10), math1("sqrt", math.Sqrt), math1("ceil", math.Ceil),
	math1("floor", math.Floor), math1("erf", math.Erf), math1("erfc", math.Erfc),
	math2("pow", exactPow), math2("atan2", exactAtan2), math2("fmod", fmod),
	{Module: "math", Name: "pi", Arity: 0, Fn: func(*vm.Process, []term.Term) (term.Term, error) { return term.Float(math.Pi), nil }},
	{Module: "math", Name: "tau", Arity: 0, Fn: func(*vm.Process, []term.Term) (term.Term, error) { return term.Float(2 * math.Pi), nil }},
}

func fmod(x, y float64) float64 { return math.Mod(x, y) }

func math1(name string, f func(float64) float64) vm.BIF {
	return vm.BIF{Module: "math", Name: name, Arity: 1, Fn: func(_ *vm.Process, args []term.Term) (term.Term, error) {
		x, err := mathArg(args[0])
		if err != nil {
			return nil, err
		}
		return mathResult(f(x))
	}}
}

func math2(name string, f func(x, y float64) float64) vm.BIF {
	return vm.BIF{Module: "math", Name: name, Arity: 2, Fn: func(_ *vm.Process, args []term.Term) (term.Term, error) {
		x, err := mathArg(args[0])
		if err != nil {
			return nil, err
		}
		y, err := mathArg(args[1])
		if err != nil {
			return nil, err
		}
		return mathResult(f(x, y))
	}}
}

func mathArg(t term.Term) (float64, error) {
	f, err := term.ToFloat(t)
	if err != nil {
		if term.IsInteger(t) {
			return 0, vm.Badarith
		}
		return 0, vm.Badarg
	}
	return f, nil
}

func mathResult(f float64) (term.Term, error) {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return nil, vm.Badarith
	}
	return term.Float(f), nil
}
