package main

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strconv"
	"strings"
)

// emulator are the + flags of a command line in their order. They are erl's:
// all are checked as erl checks them, few have an effect.
type emulator []emulatorFlag

// emulatorFlag is one of them: word is how it was written, name what of it
// stands in emulatorFlags.
type emulatorFlag struct {
	word, name, value string
}

// emulatorKind is what a + flag takes.
type emulatorKind struct {
	attached bool // the value follows the name in the same word
	none     bool // no value
	wrong    func(value string) string
}

// emulatorFlags are the flags by name. wrong says what is wrong with a value
// in erl's words, or nothing.
var emulatorFlags = map[string]emulatorKind{
	"+A":        {wrong: numbers(0, 1024, "bad number of async threads %s")},
	"+a":        {wrong: numbers(16, 8192, "bad stack size for async threads %s")},
	"+B":        {none: true},
	"+Bc":       {none: true},
	"+Bd":       {none: true},
	"+Bi":       {none: true},
	"+C":        {wrong: words("Invalid time warp mode: %s", "no_time_warp", "single_time_warp", "multi_time_warp")},
	"+c":        {none: true},
	"+D":        {none: true},
	"+d":        {none: true},
	"+dcg":      {wrong: digits("bad decentralized counter groups limit: %s")},
	"+e":        {},
	"+fn":       {attached: true, wrong: fileNames},
	"+h":        {wrong: digits("bad heap size %s")},
	"+hms":      {wrong: digits("bad heap size %s")},
	"+hmbs":     {wrong: digits("bad heap size %s")},
	"+hmax":     {},
	"+hmaxel":   {wrong: words("bad max heap error logger %s", "true", "false")},
	"+hmaxib":   {wrong: words("bad max heap include shared binaries %s", "true", "false")},
	"+hmaxk":    {wrong: words("bad max heap kill %s", "true", "false")},
	"+hmqd":     {wrong: words("Invalid message_queue_data flag: %s", "on_heap", "off_heap")},
	"+hpds":     {wrong: digits("bad initial process dictionary size %s")},
	"+i":        {},
	"+IOp":      {wrong: numbers(1, math.MaxInt32, "bad I/O pollset number: %s")},
	"+IOPp":     {},
	"+IOPt":     {},
	"+IOs":      {},
	"+IOt":      {wrong: numbers(1, math.MaxInt32, "bad I/O poll threads number: %s")},
	"+JMsingle": {wrong: words("bad +JMsingle support flag %s", "true", "false")},
	"+JPperf":   {wrong: words("bad +JPperf support flag %s", "true", "false", "map", "dump", "fp", "no_fp")},
	"+K":        {},
	"+L":        {none: true},
	"+M":        {},
	"+n":        {},
	"+P":        {wrong: tableSizes("bad number of processes %s")},
	"+pc":       {wrong: words("bad range of printable characters: %s", "unicode", "latin1")},
	"+Q":        {wrong: tableSizes("bad number of ports %s")},
	"+R":        {wrong: numbers(27, 29, "bad compatibility release number %s")},
	"+r":        {none: true},
	"+rg":       {wrong: digits("bad reader groups limit: %s")},
	"+S":        {wrong: schedulers},
	"+sbt":      {},
	"+sbwt":     {wrong: words("bad scheduler busy wait threshold: %s", thresholds...)},
	"+sbwtdcpu": {wrong: words("bad dirty CPU scheduler busy wait threshold: %s", thresholds...)},
	"+sbwtdio":  {wrong: words("bad dirty I/O scheduler busy wait threshold: %s", thresholds...)},
	"+scl":      {wrong: words("bad scheduler compact load value '%s'", "true", "false")},
	"+sct":      {},
	"+SDcpu":    {},
	"+SDio":     {wrong: numbers(1, 1024, "bad number of dirty I/O schedulers %s")},
	"+SDPcpu":   {},
	"+secio":    {},
	"+sfwi":     {},
	"+SP":       {wrong: percentages},
	"+spp":      {wrong: words("bad port parallelism scheduling hint %s", "true", "false")},
	"+ssrct":    {none: true},
	"+sss":      {wrong: numbers(20, 8192, "bad stack size for scheduler threads %s")},
	"+sssdcpu":  {wrong: numbers(20, 8192, "bad stack size for dirty CPU scheduler threads %s")},
	"+sssdio":   {wrong: numbers(20, 8192, "bad stack size for dirty I/O scheduler threads %s")},
	"+stbt":     {},
	"+sub":      {wrong: words("bad scheduler utilization balancing  value '%s'", "true", "false")},
	"+swct":     {wrong: words("scheduler wake cleanup threshold: %s", "very_eager", "eager", "medium", "lazy", "very_lazy")},
	"+sws":      {wrong: words("scheduler wakeup strategy: %s", "default", "legacy")},
	"+swt":      {wrong: words("scheduler wakeup threshold: %s", "very_low", "low", "medium", "high", "very_high")},
	"+swtdcpu":  {wrong: words("dirty CPU scheduler wakeup threshold: %s", "very_low", "low", "medium", "high", "very_high")},
	"+swtdio":   {wrong: words("dirty I/O scheduler wakeup threshold: %s", "very_low", "low", "medium", "high", "very_high")},
	"+T":        {wrong: numbers(0, 9, "bad modified timing level %s")},
	"+t":        {wrong: numbers(8192, math.MaxInt32-1, "bad atom table size %s")},
	"+V":        {none: true},
	"+v":        {none: true},
	"+W":        {wrong: words("unrecognized warning_map option %s", "i", "w", "e")},
	"+zdbbl":    {wrong: numbers(1, math.MaxInt32, "Invalid dbbl limit: %s")},
	"+zdntgc":   {wrong: digits("Invalid delayed node table gc: %s")},
	"+zebwt":    {wrong: words("Invalid ets busy wait threshold: %s", thresholds...)},
	"+zhft":     {},
	"+zosrl":    {wrong: digits("Invalid outstanding requests limit %s")},
}

var thresholds = []string{"none", "very_short", "short", "medium", "long", "very_long"}

// read takes the + flag that words begin with and gives how many words it is.
func (e *emulator) read(words []string) (int, error) {
	word := words[0]
	name := word
	kind, ok := emulatorFlags[name]
	switch {
	case ok:
	case strings.HasPrefix(word, "+fn"):
		name = "+fn"
	case strings.HasPrefix(word, "+M") && len(word) > 3: // an allocator's
		name = "+M"
	case strings.HasPrefix(word, "+h"):
		return 0, fmt.Errorf("bad heap size %s", word[2:])
	case strings.HasPrefix(word, "+s"):
		return 0, fmt.Errorf("bad scheduling option -%s", word[1:])
	case strings.HasPrefix(word, "+z"):
		return 0, fmt.Errorf("bad -z option -%s", word[1:])
	default:
		return 0, fmt.Errorf("unknown flag %s; the flags are erl's", word)
	}
	kind = emulatorFlags[name]
	flag := emulatorFlag{word: word, name: name}
	n := 1
	switch {
	case kind.none:
	case kind.attached:
		flag.value = word[len(name):]
	case word == "+M":
		return 0, fmt.Errorf(`bad "M" parameter`)
	case len(words) < 2:
		//lint:ignore ST1005 erl's words
		return 0, fmt.Errorf("Missing argument(s) for '%s'.", word)
	default:
		flag.value, n = words[1], 2
	}
	if kind.wrong != nil {
		if text := kind.wrong(flag.value); text != "" {
			return 0, fmt.Errorf("%s", text)
		}
	}
	*e = append(*e, flag)
	return n, nil
}

// number is the last value of a flag that takes a number, -1 without.
func (e emulator) number(name string) int {
	for _, f := range slices.Backward(e) {
		if f.name != name {
			continue
		}
		first, _, _ := strings.Cut(f.value, ":")
		if n, err := strconv.Atoi(first); err == nil {
			return n
		}
	}
	return -1
}

// unicode says whether +pc unicode was given last.
func (e emulator) unicode() bool {
	for _, f := range slices.Backward(e) {
		if f.name == "+pc" {
			return f.value == "unicode"
		}
	}
	return false
}

// maxProcesses is the process table's size by +P, a power of two as erl makes
// it; 0 means erl's default.
func (e emulator) maxProcesses() int {
	n := e.number("+P")
	if n < 0 {
		return 0
	}
	return 1 << bits.Len(uint(n-1))
}

// leading is the number that a text begins with, 0 without, as erl reads some.
func leading(text string) int {
	end := 0
	for end < len(text) && (text[end] >= '0' && text[end] <= '9' || end == 0 && text[end] == '-') {
		end++
	}
	n, err := strconv.Atoi(text[:end])
	if err != nil && end > 1 {
		return math.MaxInt
	}
	return n
}

// numbers are values from low to high.
func numbers(low, high int, message string) func(string) string {
	return func(value string) string {
		if n := leading(value); n < low || n > high {
			return fmt.Sprintf(message, value)
		}
		return ""
	}
}

// digits are numbers that nothing else is taken for.
func digits(message string) func(string) string {
	return func(value string) string {
		if n, err := strconv.Atoi(value); err != nil || n < 0 {
			return fmt.Sprintf(message, value)
		}
		return ""
	}
}

// words are values of a list.
func words(message string, known ...string) func(string) string {
	return func(value string) string {
		if !slices.Contains(known, value) {
			return fmt.Sprintf(message, value)
		}
		return ""
	}
}

// tableSizes are how many processes or ports there may be.
func tableSizes(message string) func(string) string {
	return func(value string) string {
		if n, err := strconv.Atoi(value); value != "legacy" && (err != nil || n < 1024 || n > 1<<27) {
			return fmt.Sprintf(message, value)
		}
		return ""
	}
}

// maxSchedulers is how many schedulers erl can have.
const maxSchedulers = 1024

func schedulers(value string) string {
	total, online, both := strings.Cut(value, ":")
	n, err := strconv.Atoi(total)
	if total != "" && (err != nil || n > maxSchedulers) {
		return "bad amount of schedulers " + total
	}
	if m := leading(online); both && n > 0 && m > n {
		return fmt.Sprintf("bad amount of schedulers online %d (total amount of schedulers %d)", m, n)
	}
	return ""
}

func percentages(value string) string {
	for _, part := range strings.Split(value, ":") {
		if n, err := strconv.Atoi(part); err != nil || n < 0 {
			return "bad schedulers percentage specifier " + value
		}
	}
	return ""
}

// fileNames are letters after +fn.
func fileNames(value string) string {
	if value == "" || len(value) > 2 || !strings.Contains("lua", value[:1]) || !strings.Contains("wie", value[1:]) {
		return fmt.Sprintf("bad filename encoding %s, can be (l,u or a, optionally followed by w, i or e)", value)
	}
	return ""
}
