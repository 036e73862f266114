; The same question for low + (high - low) / 2.
(set-logic QF_BV)
(declare-const low (_ BitVec 32))
(declare-const high (_ BitVec 32))
(define-fun middle () (_ BitVec 32) (bvadd low (bvashr (bvsub high low) #x00000001)))
(assert (bvsle #x00000000 low))
(assert (bvsle low high))
(assert (not (and (bvsle low middle) (bvsle middle high))))
(check-sat)
