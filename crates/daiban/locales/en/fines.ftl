### Fines. Keys begin with fines-.

# fine.html
fines-new = new

# fines.html
fines-fines = fines
fines-nothing = { "" }
fines-nothing-2 = { "" }
fines-points = points
fines-to-pay = to pay

# fines_account.html
fines-a-query-as-you-set = a query, as you set it
fines-a-remark = A remark
fines-change-price-and-budget = Change price and budget
fines-closed = Closed
fines-each-query-is-paid-whether = Each query is paid, whether it finds something new or not.
fines-fill-in-the-car = Fill in the car
fines-how-many-are-open = How many are open
fines-i-looked-in-12123-myself = I looked in 12123 myself
fines-look-now-about = Look now, about
fines-not-looked-at-yet-whether = Not looked at yet; whether there are any is not known.
fines-note-it-free = Note it, free
fines-nothing-was-asked-this-month = Nothing was asked this month.
fines-the-account-has-no-car = The account has no car yet.
fines-the-last-query-brought-nothing = The last query brought nothing:
fines-there-is-no-budget-daiban = There is no budget: daiban spends nothing by itself and asks only when you press.
fines-this-months-cost = This month’s cost
fines-used = used
fines-used-of = used of
fines-within-the-budget-daiban-asks = Within the budget daiban asks by itself when an answer is old; beyond it only when you press.

# fines_list.html
fines-add-an-account-for-fines = Add an account for fines
fines-details-and-cost = Details and cost
fines-how-each-car-stood-when = How each car stood when it was last looked at
fines-not-looked-at-yet = not looked at yet
fines-points-2 = points
fines-the-account-has-no-car-2 = The account has no car.
fines-there-is-no-account-for = There is no account for fines yet. Once there is one, this says how many fines each car has, what they cost and where they are dealt with.

# fines.rs
fines-a-number-0-for-none = a number; 0 for none
fines-asked-once = asked once
fines-can-be-handled-online-12123 = can be handled online (交管12123)
fines-changed = changed
fines-charged = ; charged
fines-free = free
fines-free-2 = ; free
fines-it-is-being-asked-and = It is being asked and has not answered yet. Come back in a while; there is no need to press again.
fines-its-turn-has-not-come = its turn has not come
fines-new-2 = new
fines-no-longer-listed = no longer listed
fines-not-known-yet = not known yet
fines-not-said-to-be-possible = not said to be possible online
fines-not-sent-a-stored-answer = not sent: a stored answer was used, or none was asked for
fines-noted-by-you = noted by you
fines-perhaps-charged = ; perhaps charged
fines-waiting-for-the-answer = waiting for the answer
fines-withdrawn-not-sent = withdrawn, not sent
