package bif

import (
	"sync"
	"time"
)

// expandLimit is how long a terminal waits for what completes a text: it
// neither takes keys nor prints meanwhile.
const expandLimit = time.Second

// questions are those that a terminal asks a process about completion.
type questions struct {
	mu   sync.Mutex
	last int64
	open map[int64]chan Expansion
}

// ask has send put a question to a process and waits for the answer, though
// not for long.
func (q *questions) ask(send func(id int64)) Expansion {
	answer := make(chan Expansion, 1)
	q.mu.Lock()
	q.last++
	id := q.last
	if q.open == nil {
		q.open = make(map[int64]chan Expansion)
	}
	q.open[id] = answer
	q.mu.Unlock()
	send(id)
	defer func() {
		q.mu.Lock()
		delete(q.open, id)
		q.mu.Unlock()
	}()
	timer := time.NewTimer(expandLimit)
	defer timer.Stop()
	select {
	case x := <-answer:
		return x
	case <-timer.C:
		return Expansion{}
	}
}

// answer answers a question that is still open.
func (q *questions) answer(id int64, x Expansion) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if answer := q.open[id]; answer != nil {
		select {
		case answer <- x:
		default: // it was answered before
		}
	}
}
