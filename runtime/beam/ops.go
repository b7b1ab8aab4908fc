package beam

// Op is a generic BEAM instruction. The numbers, names and operand counts are
// the public instruction set of OTP up to 29; obsolete ones stay so that old
// files give a clear error.
type Op uint8

// The generic instructions.
const (
	OpLabel              Op = 1
	OpFuncInfo           Op = 2
	OpIntCodeEnd         Op = 3
	OpCall               Op = 4
	OpCallLast           Op = 5
	OpCallOnly           Op = 6
	OpCallExt            Op = 7
	OpCallExtLast        Op = 8
	OpBif0               Op = 9
	OpBif1               Op = 10
	OpBif2               Op = 11
	OpAllocate           Op = 12
	OpAllocateHeap       Op = 13
	OpAllocateZero       Op = 14
	OpAllocateHeapZero   Op = 15
	OpTestHeap           Op = 16
	OpInit               Op = 17
	OpDeallocate         Op = 18
	OpReturn             Op = 19
	OpSend               Op = 20
	OpRemoveMessage      Op = 21
	OpTimeout            Op = 22
	OpLoopRec            Op = 23
	OpLoopRecEnd         Op = 24
	OpWait               Op = 25
	OpWaitTimeout        Op = 26
	OpMPlus              Op = 27
	OpMMinus             Op = 28
	OpMTimes             Op = 29
	OpMDiv               Op = 30
	OpIntDiv             Op = 31
	OpIntRem             Op = 32
	OpIntBand            Op = 33
	OpIntBor             Op = 34
	OpIntBxor            Op = 35
	OpIntBsl             Op = 36
	OpIntBsr             Op = 37
	OpIntBnot            Op = 38
	OpIsLt               Op = 39
	OpIsGe               Op = 40
	OpIsEq               Op = 41
	OpIsNe               Op = 42
	OpIsEqExact          Op = 43
	OpIsNeExact          Op = 44
	OpIsInteger          Op = 45
	OpIsFloat            Op = 46
	OpIsNumber           Op = 47
	OpIsAtom             Op = 48
	OpIsPid              Op = 49
	OpIsReference        Op = 50
	OpIsPort             Op = 51
	OpIsNil              Op = 52
	OpIsBinary           Op = 53
	OpIsConstant         Op = 54
	OpIsList             Op = 55
	OpIsNonemptyList     Op = 56
	OpIsTuple            Op = 57
	OpTestArity          Op = 58
	OpSelectVal          Op = 59
	OpSelectTupleArity   Op = 60
	OpJump               Op = 61
	OpCatch              Op = 62
	OpCatchEnd           Op = 63
	OpMove               Op = 64
	OpGetList            Op = 65
	OpGetTupleElement    Op = 66
	OpSetTupleElement    Op = 67
	OpPutString          Op = 68
	OpPutList            Op = 69
	OpPutTuple           Op = 70
	OpPut                Op = 71
	OpBadmatch           Op = 72
	OpIfEnd              Op = 73
	OpCaseEnd            Op = 74
	OpCallFun            Op = 75
	OpMakeFun            Op = 76
	OpIsFunction         Op = 77
	OpCallExtOnly        Op = 78
	OpBsStartMatch       Op = 79
	OpBsGetInteger       Op = 80
	OpBsGetFloat         Op = 81
	OpBsGetBinary        Op = 82
	OpBsSkipBits         Op = 83
	OpBsTestTail         Op = 84
	OpBsSave             Op = 85
	OpBsRestore          Op = 86
	OpBsInit             Op = 87
	OpBsFinal            Op = 88
	OpBsPutInteger       Op = 89
	OpBsPutBinary        Op = 90
	OpBsPutFloat         Op = 91
	OpBsPutString        Op = 92
	OpBsNeedBuf          Op = 93
	OpFclearerror        Op = 94
	OpFcheckerror        Op = 95
	OpFmove              Op = 96
	OpFconv              Op = 97
	OpFadd               Op = 98
	OpFsub               Op = 99
	OpFmul               Op = 100
	OpFdiv               Op = 101
	OpFnegate            Op = 102
	OpMakeFun2           Op = 103
	OpTry                Op = 104
	OpTryEnd             Op = 105
	OpTryCase            Op = 106
	OpTryCaseEnd         Op = 107
	OpRaise              Op = 108
	OpBsInit2            Op = 109
	OpBsBitsToBytes      Op = 110
	OpBsAdd              Op = 111
	OpApply              Op = 112
	OpApplyLast          Op = 113
	OpIsBoolean          Op = 114
	OpIsFunction2        Op = 115
	OpBsStartMatch2      Op = 116
	OpBsGetInteger2      Op = 117
	OpBsGetFloat2        Op = 118
	OpBsGetBinary2       Op = 119
	OpBsSkipBits2        Op = 120
	OpBsTestTail2        Op = 121
	OpBsSave2            Op = 122
	OpBsRestore2         Op = 123
	OpGcBif1             Op = 124
	OpGcBif2             Op = 125
	OpBsFinal2           Op = 126
	OpBsBitsToBytes2     Op = 127
	OpPutLiteral         Op = 128
	OpIsBitstr           Op = 129
	OpBsContextToBinary  Op = 130
	OpBsTestUnit         Op = 131
	OpBsMatchString      Op = 132
	OpBsInitWritable     Op = 133
	OpBsAppend           Op = 134
	OpBsPrivateAppend    Op = 135
	OpTrim               Op = 136
	OpBsInitBits         Op = 137
	OpBsGetUtf8          Op = 138
	OpBsSkipUtf8         Op = 139
	OpBsGetUtf16         Op = 140
	OpBsSkipUtf16        Op = 141
	OpBsGetUtf32         Op = 142
	OpBsSkipUtf32        Op = 143
	OpBsUtf8Size         Op = 144
	OpBsPutUtf8          Op = 145
	OpBsUtf16Size        Op = 146
	OpBsPutUtf16         Op = 147
	OpBsPutUtf32         Op = 148
	OpOnLoad             Op = 149
	OpRecvMark           Op = 150
	OpRecvSet            Op = 151
	OpGcBif3             Op = 152
	OpLine               Op = 153
	OpPutMapAssoc        Op = 154
	OpPutMapExact        Op = 155
	OpIsMap              Op = 156
	OpHasMapFields       Op = 157
	OpGetMapElements     Op = 158
	OpIsTaggedTuple      Op = 159
	OpBuildStacktrace    Op = 160
	OpRawRaise           Op = 161
	OpGetHd              Op = 162
	OpGetTl              Op = 163
	OpPutTuple2          Op = 164
	OpBsGetTail          Op = 165
	OpBsStartMatch3      Op = 166
	OpBsGetPosition      Op = 167
	OpBsSetPosition      Op = 168
	OpSwap               Op = 169
	OpBsStartMatch4      Op = 170
	OpMakeFun3           Op = 171
	OpInitYregs          Op = 172
	OpRecvMarkerBind     Op = 173
	OpRecvMarkerClear    Op = 174
	OpRecvMarkerReserve  Op = 175
	OpRecvMarkerUse      Op = 176
	OpBsCreateBin        Op = 177
	OpCallFun2           Op = 178
	OpNifStart           Op = 179
	OpBadrecord          Op = 180
	OpUpdateRecord       Op = 181
	OpBsMatch            Op = 182
	OpExecutableLine     Op = 183
	OpDebugLine          Op = 184
	OpBif3               Op = 185
	OpIsAnyNativeRecord  Op = 186
	OpIsNativeRecord     Op = 187
	OpGetRecordElements  Op = 188
	OpPutRecord          Op = 189
	OpIsRecordAccessible Op = 190
	OpGetRecordField     Op = 191
)

var opTable = [...]struct {
	name  string
	arity int
}{
	OpLabel:              {"label", 1},
	OpFuncInfo:           {"func_info", 3},
	OpIntCodeEnd:         {"int_code_end", 0},
	OpCall:               {"call", 2},
	OpCallLast:           {"call_last", 3},
	OpCallOnly:           {"call_only", 2},
	OpCallExt:            {"call_ext", 2},
	OpCallExtLast:        {"call_ext_last", 3},
	OpBif0:               {"bif0", 2},
	OpBif1:               {"bif1", 4},
	OpBif2:               {"bif2", 5},
	OpAllocate:           {"allocate", 2},
	OpAllocateHeap:       {"allocate_heap", 3},
	OpAllocateZero:       {"allocate_zero", 2},
	OpAllocateHeapZero:   {"allocate_heap_zero", 3},
	OpTestHeap:           {"test_heap", 2},
	OpInit:               {"init", 1},
	OpDeallocate:         {"deallocate", 1},
	OpReturn:             {"return", 0},
	OpSend:               {"send", 0},
	OpRemoveMessage:      {"remove_message", 0},
	OpTimeout:            {"timeout", 0},
	OpLoopRec:            {"loop_rec", 2},
	OpLoopRecEnd:         {"loop_rec_end", 1},
	OpWait:               {"wait", 1},
	OpWaitTimeout:        {"wait_timeout", 2},
	OpMPlus:              {"m_plus", 4},
	OpMMinus:             {"m_minus", 4},
	OpMTimes:             {"m_times", 4},
	OpMDiv:               {"m_div", 4},
	OpIntDiv:             {"int_div", 4},
	OpIntRem:             {"int_rem", 4},
	OpIntBand:            {"int_band", 4},
	OpIntBor:             {"int_bor", 4},
	OpIntBxor:            {"int_bxor", 4},
	OpIntBsl:             {"int_bsl", 4},
	OpIntBsr:             {"int_bsr", 4},
	OpIntBnot:            {"int_bnot", 3},
	OpIsLt:               {"is_lt", 3},
	OpIsGe:               {"is_ge", 3},
	OpIsEq:               {"is_eq", 3},
	OpIsNe:               {"is_ne", 3},
	OpIsEqExact:          {"is_eq_exact", 3},
	OpIsNeExact:          {"is_ne_exact", 3},
	OpIsInteger:          {"is_integer", 2},
	OpIsFloat:            {"is_float", 2},
	OpIsNumber:           {"is_number", 2},
	OpIsAtom:             {"is_atom", 2},
	OpIsPid:              {"is_pid", 2},
	OpIsReference:        {"is_reference", 2},
	OpIsPort:             {"is_port", 2},
	OpIsNil:              {"is_nil", 2},
	OpIsBinary:           {"is_binary", 2},
	OpIsConstant:         {"is_constant", 2},
	OpIsList:             {"is_list", 2},
	OpIsNonemptyList:     {"is_nonempty_list", 2},
	OpIsTuple:            {"is_tuple", 2},
	OpTestArity:          {"test_arity", 3},
	OpSelectVal:          {"select_val", 3},
	OpSelectTupleArity:   {"select_tuple_arity", 3},
	OpJump:               {"jump", 1},
	OpCatch:              {"catch", 2},
	OpCatchEnd:           {"catch_end", 1},
	OpMove:               {"move", 2},
	OpGetList:            {"get_list", 3},
	OpGetTupleElement:    {"get_tuple_element", 3},
	OpSetTupleElement:    {"set_tuple_element", 3},
	OpPutString:          {"put_string", 3},
	OpPutList:            {"put_list", 3},
	OpPutTuple:           {"put_tuple", 2},
	OpPut:                {"put", 1},
	OpBadmatch:           {"badmatch", 1},
	OpIfEnd:              {"if_end", 0},
	OpCaseEnd:            {"case_end", 1},
	OpCallFun:            {"call_fun", 1},
	OpMakeFun:            {"make_fun", 3},
	OpIsFunction:         {"is_function", 2},
	OpCallExtOnly:        {"call_ext_only", 2},
	OpBsStartMatch:       {"bs_start_match", 2},
	OpBsGetInteger:       {"bs_get_integer", 5},
	OpBsGetFloat:         {"bs_get_float", 5},
	OpBsGetBinary:        {"bs_get_binary", 5},
	OpBsSkipBits:         {"bs_skip_bits", 4},
	OpBsTestTail:         {"bs_test_tail", 2},
	OpBsSave:             {"bs_save", 1},
	OpBsRestore:          {"bs_restore", 1},
	OpBsInit:             {"bs_init", 2},
	OpBsFinal:            {"bs_final", 2},
	OpBsPutInteger:       {"bs_put_integer", 5},
	OpBsPutBinary:        {"bs_put_binary", 5},
	OpBsPutFloat:         {"bs_put_float", 5},
	OpBsPutString:        {"bs_put_string", 2},
	OpBsNeedBuf:          {"bs_need_buf", 1},
	OpFclearerror:        {"fclearerror", 0},
	OpFcheckerror:        {"fcheckerror", 1},
	OpFmove:              {"fmove", 2},
	OpFconv:              {"fconv", 2},
	OpFadd:               {"fadd", 4},
	OpFsub:               {"fsub", 4},
	OpFmul:               {"fmul", 4},
	OpFdiv:               {"fdiv", 4},
	OpFnegate:            {"fnegate", 3},
	OpMakeFun2:           {"make_fun2", 1},
	OpTry:                {"try", 2},
	OpTryEnd:             {"try_end", 1},
	OpTryCase:            {"try_case", 1},
	OpTryCaseEnd:         {"try_case_end", 1},
	OpRaise:              {"raise", 2},
	OpBsInit2:            {"bs_init2", 6},
	OpBsBitsToBytes:      {"bs_bits_to_bytes", 3},
	OpBsAdd:              {"bs_add", 5},
	OpApply:              {"apply", 1},
	OpApplyLast:          {"apply_last", 2},
	OpIsBoolean:          {"is_boolean", 2},
	OpIsFunction2:        {"is_function2", 3},
	OpBsStartMatch2:      {"bs_start_match2", 5},
	OpBsGetInteger2:      {"bs_get_integer2", 7},
	OpBsGetFloat2:        {"bs_get_float2", 7},
	OpBsGetBinary2:       {"bs_get_binary2", 7},
	OpBsSkipBits2:        {"bs_skip_bits2", 5},
	OpBsTestTail2:        {"bs_test_tail2", 3},
	OpBsSave2:            {"bs_save2", 2},
	OpBsRestore2:         {"bs_restore2", 2},
	OpGcBif1:             {"gc_bif1", 5},
	OpGcBif2:             {"gc_bif2", 6},
	OpBsFinal2:           {"bs_final2", 2},
	OpBsBitsToBytes2:     {"bs_bits_to_bytes2", 2},
	OpPutLiteral:         {"put_literal", 2},
	OpIsBitstr:           {"is_bitstr", 2},
	OpBsContextToBinary:  {"bs_context_to_binary", 1},
	OpBsTestUnit:         {"bs_test_unit", 3},
	OpBsMatchString:      {"bs_match_string", 4},
	OpBsInitWritable:     {"bs_init_writable", 0},
	OpBsAppend:           {"bs_append", 8},
	OpBsPrivateAppend:    {"bs_private_append", 6},
	OpTrim:               {"trim", 2},
	OpBsInitBits:         {"bs_init_bits", 6},
	OpBsGetUtf8:          {"bs_get_utf8", 5},
	OpBsSkipUtf8:         {"bs_skip_utf8", 4},
	OpBsGetUtf16:         {"bs_get_utf16", 5},
	OpBsSkipUtf16:        {"bs_skip_utf16", 4},
	OpBsGetUtf32:         {"bs_get_utf32", 5},
	OpBsSkipUtf32:        {"bs_skip_utf32", 4},
	OpBsUtf8Size:         {"bs_utf8_size", 3},
	OpBsPutUtf8:          {"bs_put_utf8", 3},
	OpBsUtf16Size:        {"bs_utf16_size", 3},
	OpBsPutUtf16:         {"bs_put_utf16", 3},
	OpBsPutUtf32:         {"bs_put_utf32", 3},
	OpOnLoad:             {"on_load", 0},
	OpRecvMark:           {"recv_mark", 1},
	OpRecvSet:            {"recv_set", 1},
	OpGcBif3:             {"gc_bif3", 7},
	OpLine:               {"line", 1},
	OpPutMapAssoc:        {"put_map_assoc", 5},
	OpPutMapExact:        {"put_map_exact", 5},
	OpIsMap:              {"is_map", 2},
	OpHasMapFields:       {"has_map_fields", 3},
	OpGetMapElements:     {"get_map_elements", 3},
	OpIsTaggedTuple:      {"is_tagged_tuple", 4},
	OpBuildStacktrace:    {"build_stacktrace", 0},
	OpRawRaise:           {"raw_raise", 0},
	OpGetHd:              {"get_hd", 2},
	OpGetTl:              {"get_tl", 2},
	OpPutTuple2:          {"put_tuple2", 2},
	OpBsGetTail:          {"bs_get_tail", 3},
	OpBsStartMatch3:      {"bs_start_match3", 4},
	OpBsGetPosition:      {"bs_get_position", 3},
	OpBsSetPosition:      {"bs_set_position", 2},
	OpSwap:               {"swap", 2},
	OpBsStartMatch4:      {"bs_start_match4", 4},
	OpMakeFun3:           {"make_fun3", 3},
	OpInitYregs:          {"init_yregs", 1},
	OpRecvMarkerBind:     {"recv_marker_bind", 2},
	OpRecvMarkerClear:    {"recv_marker_clear", 1},
	OpRecvMarkerReserve:  {"recv_marker_reserve", 1},
	OpRecvMarkerUse:      {"recv_marker_use", 1},
	OpBsCreateBin:        {"bs_create_bin", 6},
	OpCallFun2:           {"call_fun2", 3},
	OpNifStart:           {"nif_start", 0},
	OpBadrecord:          {"badrecord", 1},
	OpUpdateRecord:       {"update_record", 5},
	OpBsMatch:            {"bs_match", 3},
	OpExecutableLine:     {"executable_line", 2},
	OpDebugLine:          {"debug_line", 4},
	OpBif3:               {"bif3", 6},
	OpIsAnyNativeRecord:  {"is_any_native_record", 2},
	OpIsNativeRecord:     {"is_native_record", 4},
	OpGetRecordElements:  {"get_record_elements", 3},
	OpPutRecord:          {"put_record", 6},
	OpIsRecordAccessible: {"is_record_accessible", 3},
	OpGetRecordField:     {"get_record_field", 5},
}

// MaxOp is the highest instruction number known.
const MaxOp Op = 191

// String is the instruction's name.
func (op Op) String() string {
	if int(op) < len(opTable) {
		return opTable[op].name
	}
	return "unknown"
}

// Arity is how many operands the instruction has.
func (op Op) Arity() int {
	if int(op) < len(opTable) {
		return opTable[op].arity
	}
	return 0
}
