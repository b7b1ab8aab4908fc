package bif

import (
	"slices"

	"ersh/runtime/vm"
)

// Table lists every function of this package.
func Table() []vm.BIF {
	return slices.Concat(
		erlangConvert,
		erlangNumber,
		erlangIdentifier,
		erlangBinary,
		erlangTuple,
		erlangType,
		erlangOperator,
		erlangExternal,
		erlangHash,
		erlangTime,
		erlangRaise,
		erlangSystem,
		erlangProcess,
		erlangTimer,
		erlangNode,
		distBIFs,
		erlangDist,
		persistentTerm,
		atomics,
		code,
		compiler,
		shellEval,
		erlPP,
		erlScan,
		erlParse,
		erlangCode,
		listOperators,
		listsBIFs,
		listsAhead,
		mapsBIFs,
		mapWalks,
		mathBIFs,
		binaryBIFs,
		unicodeBIFs,
		stringBIFs,
		erlangDisplay,
		osFunctions,
		primFile,
		primFileHandle,
		cryptoFunctions,
		etsBIFs,
		reBIFs,
		zlibBIFs,
		erlangCompat,
	)
}
