package handshake

// Claim is a fact of a connection and how it is known. The zero value is of what
// is not known. Each fact has its own: where bytes are missing, one may have been
// seen and the next told from lengths.
type Claim[T comparable] struct {
	value T
	basis Basis
}

// Seen is a fact that bytes show.
func Seen[T comparable](v T) Claim[T] { return claim(v, BasisSeen) }

// Inferred is a fact that lengths and order tell.
func Inferred[T comparable](v T) Claim[T] { return claim(v, BasisInferred) }

func claim[T comparable](v T, b Basis) (c Claim[T]) {
	if v != c.value {
		c = Claim[T]{v, b}
	}
	return c
}

// Is is the fact; the type's zero value where it is not known.
func (c Claim[T]) Is() T { return c.value }

// Basis is how it is known.
func (c Claim[T]) Basis() Basis { return c.basis }

// or gives the claim, or another one where it is not known.
func (c Claim[T]) or(other Claim[T]) Claim[T] {
	if c.basis == BasisNone {
		return other
	}
	return c
}
