(declare-const budget Int)
(assert (< (* 3 hours) budget))
(check-sat)
