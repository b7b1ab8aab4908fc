package vm

import (
	"math"

	"ersh/runtime/term"
)

// checkMaxHeap is the end of a turn of a process with a max_heap_size. Its
// heap is measured again when it has run for about as long as the measuring
// took, as a collection in erl would find it too large, and no further than
// the limit; what a turn makes and drops is not seen.
func (p *Process) checkMaxHeap() {
	x := p.more
	now := p.spent + uint64(max(0, reductionsPerTurn-p.reds))
	if now < x.heapCheck || p.exiting {
		return
	}
	f := &x.options
	s := p.size(f.maxHeap)
	x.heapCheck = now + max(reductionsPerTurn, uint64(s.steps))
	words := s.Words + int64(p.depth())
	if p.pending != nil && p.pending.step != nil {
		words += p.pending.step.Made
	}
	if words > f.maxHeap {
		p.pastMaxHeap(words)
	}
}

// HeapRoom is Room for what goes on the heap: so many words at once may also
// be more than max_heap_size.
func (p *Process) HeapRoom(words int64) bool {
	if p.more != nil {
		if f := &p.more.options; f.maxHeap > 0 && words > f.maxHeap {
			if p.pastMaxHeap(words); p.exiting {
				return false
			}
		}
	}
	return p.Room(16 * min(words, math.MaxInt64/16))
}

// pastMaxHeap is what happens to a process whose heap has so many words, which
// are too many.
func (p *Process) pastMaxHeap(words int64) {
	f := &p.more.options
	if !f.noLog {
		p.reportMaxHeap(heapStep(words, f.minHeap))
	}
	if !f.noKill {
		p.exiting, p.exitReason = true, term.Killed
	}
}

const maxHeapFormat = "     Process:            ~p ~n" +
	"     Context:            maximum heap size reached~n" +
	"     Max Heap Size:      ~p~n" +
	"     Total Heap Size:    ~p~n" +
	"     Kill:               ~p~n" +
	"     Error Logger:       ~p~n" +
	"     Message Queue Len:  ~p~n" +
	"     GC Info:            ~p~n" +
	"     Stacktrace:         ~p~n"

func (p *Process) reportMaxHeap(total int64) {
	f := &p.more.options
	p.vm.log(p, term.ErrorAtom, maxHeapFormat, []term.Term{
		&p.self, term.MakeInt(f.maxHeap), term.MakeInt(total), term.Bool(!f.noKill), term.Bool(!f.noLog),
		term.MakeInt(int64(p.queueLen())), p.collectionInfo(total), p.currentStacktrace(),
	})
}
