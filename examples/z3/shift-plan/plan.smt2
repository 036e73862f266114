; Shifts: 1 is early, 2 late, 3 night.
(set-logic QF_LIA)
(declare-const ada Int)
(declare-const alan Int)
(declare-const edsger Int)
(declare-const grace Int)
(define-fun shift ((person Int)) Bool (and (<= 1 person) (<= person 3)))
(assert (and (shift ada) (shift alan) (shift edsger) (shift grace)))
(assert (not (= ada alan)))                              ; they quarrel
(assert (= grace 1))                                     ; takes the children to school afterwards
(assert (=> (= edsger 3) (= alan 3)))                    ; never at night without Alan
(assert (or (= ada 3) (= edsger 3)))                     ; somebody must work at night
(assert (or (= ada 2) (= alan 2) (= edsger 2)))          ; and somebody late
(check-sat)
(get-value (ada alan edsger grace))
