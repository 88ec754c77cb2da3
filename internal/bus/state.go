package bus

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"
)

// state opens the key-value bucket, making it when create is set; without it, a
// bucket that nobody has written to yet is (nil, nil).
func (b *Bus) state(ctx context.Context, create bool) (jetstream.KeyValue, error) {
	kv, err := b.js.KeyValue(ctx, stateBucket)
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		if !create {
			return nil, nil
		}
		return b.js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{
			Bucket: stateBucket, History: 1, Storage: jetstream.FileStorage, Replicas: b.opt.Replicas, MaxBytes: 64 << 20,
		})
	}
	return kv, err
}

// PutState keeps a small value under a key of letters, digits, '-', '_', '/' and
// '.'; it is on disk when PutState returns.
func (b *Bus) PutState(ctx context.Context, key string, value []byte) error {
	err := b.Room()
	if err == nil {
		var kv jetstream.KeyValue
		if kv, err = b.state(ctx, true); err == nil {
			_, err = kv.Put(ctx, key, value)
		}
	}
	if err != nil {
		return fmt.Errorf("keep state %s: %w", key, fullOr(err))
	}
	return nil
}

// State returns the value under key; false when there is none.
func (b *Bus) State(ctx context.Context, key string) ([]byte, bool, error) {
	kv, err := b.state(ctx, false)
	if err == nil && kv != nil {
		var e jetstream.KeyValueEntry
		e, err = kv.Get(ctx, key)
		if err == nil {
			return e.Value(), true, nil
		}
		if errors.Is(err, jetstream.ErrKeyNotFound) {
			return nil, false, nil
		}
	}
	if err != nil {
		return nil, false, fmt.Errorf("read state %s: %w", key, fullOr(err))
	}
	return nil, false, nil
}

// DeleteState removes a key. Removing what is not there is not an error.
func (b *Bus) DeleteState(ctx context.Context, key string) error {
	kv, err := b.state(ctx, false)
	if err == nil && kv != nil {
		err = kv.Purge(ctx, key)
	}
	if err != nil {
		return fmt.Errorf("remove state %s: %w", key, fullOr(err))
	}
	return nil
}
