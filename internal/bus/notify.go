package bus

import (
	"fmt"
	"sync"

	"github.com/nats-io/nats.go"
)

// livePrefix keeps the live subjects apart from those of the streams.
const livePrefix = "antojo.live."

// Notify sends data to those who listen on topic right now. It is not kept:
// whoever must not miss anything reads a stream.
func (b *Bus) Notify(topic string, data []byte) error {
	if err := b.conn.Publish(livePrefix+topic, data); err != nil {
		return fmt.Errorf("notify %s: %w", topic, fullOr(err))
	}
	return nil
}

// Subscribe returns a channel of what is notified on topic, holding up to buffer
// items: a reader that is slower loses the oldest, and never slows the sender.
// The channel is closed by cancel, which may be called more than once.
func (b *Bus) Subscribe(topic string, buffer int) (<-chan []byte, func(), error) {
	out := make(chan []byte, max(buffer, 1))
	var mu sync.Mutex
	closed := false
	sub, err := b.conn.Subscribe(livePrefix+topic, func(m *nats.Msg) {
		mu.Lock()
		defer mu.Unlock()
		if closed {
			return
		}
		for {
			select {
			case out <- m.Data:
				return
			default:
			}
			select {
			case <-out: // make room
			default:
			}
		}
	})
	if err != nil {
		return nil, nil, fmt.Errorf("subscribe to %s: %w", topic, fullOr(err))
	}
	if err := b.conn.Flush(); err != nil { // from here on nothing is missed
		_ = sub.Unsubscribe()
		return nil, nil, fmt.Errorf("subscribe to %s: %w", topic, fullOr(err))
	}
	return out, func() {
		_ = sub.Unsubscribe() // fails only when the connection is closed, which ends it too
		mu.Lock()
		defer mu.Unlock()
		if !closed {
			closed = true
			close(out)
		}
	}, nil
}
