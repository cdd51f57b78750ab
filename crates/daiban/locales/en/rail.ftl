### Trains. Keys begin with rail-.

# rail_ask.html
rail-day = Day
rail-student-tickets = student tickets

# rail_chart.html
rail-an-upright-line-is-a = An upright line is a ticket not got.
rail-closed = closed
rail-for = For
rail-left = Left
rail-since = Since
rail-the-dashed-line-is-when = The dashed line is when nothing could be seen.

# rail_errand_new.html
rail-a-later-day = A later day
rail-add-a-12306-account-first = Add a 12306 account first
rail-add-at-the-end = Add at the end
rail-after-changing-it-press-show = After changing it, press “show trains and passengers” below.
rail-and = And:{ " " }
rail-another-train = Another train
rail-any-d-train = any D train
rail-any-g-train = any G train
rail-any-of-them = any of them
rail-any-train = any train
rail-begin = Begin
rail-child = 张三, 小明:child
rail-class = Class
rail-days-several-if-you-like = Days, several if you like
rail-from-where-to-where = From where to where
rail-kinds-of-trains = Kinds of trains
rail-make-it-now-and-sign = Make it now and sign in before there is a ticket.
rail-more-how-many-seats-until = More: how many, seats, until when
rail-name-child-for-a-child = NAME:child for a child, NAME:student for a student.
rail-names-pinyin-or-initials-several = Names, pinyin or initials; several with commas; 北京市 is any station of the city. Only what is written is bought, never another station of the same city.
rail-no-list-by-what-they = No list: by what they are like
rail-none-listed-once-there-is = None listed. Once there is a list, nothing else is bought; without one, choose by conditions below, with at least a class.
rail-of-several-with-tickets-the = Of several with tickets the first is taken; nothing else is bought.
rail-on-which-day = On which day
rail-passengers = Passengers
rail-passengers-names = Passengers’ names
rail-show-trains-and-passengers = Show trains and passengers
rail-ticket = ticket
rail-when-there-is-a-ticket = When there is a ticket
rail-which-day = Which day
rail-which-one-first = Which one first
rail-who-travels = Who travels

# rail_order.html
rail-or-under-orders-in-the = Or under “orders” in the 铁路12306 app.

# rail_standby.html
rail-12306-does-not-say-what = 12306 does not say what is waited for.
rail-12306-says = 12306 says:{ " " }
rail-pay-the-deposit-at-12306 = Pay the deposit at 12306

# rail_tickets.html
rail-as-seen-then-it-changes = as seen then; it changes
rail-look = Look
rail-more-that-are-not-listed = more that are not listed.
rail-no-account-needed-names-pinyin = No account needed. Names, pinyin or initials.
rail-no-train-between-these-two = No train between these two that day.
rail-other-stations-of-the-same = Other stations of the same cities
rail-tickets-left = Tickets left
rail-with-a-change = With a change

# rail_train.html
rail-standby-open = standby open
rail-watch-it = Watch it

# rail_transfers.html
rail-12306-offers-no-journey-with = 12306 offers no journey with a change.
rail-in-all = In all
rail-look-2 = Look
rail-two-tickets-bought-apart-the = Two tickets, bought apart; the second train does not wait for the first.
rail-with-a-change-2 = With a change
rail-with-one-change = With one change

# rail/chart.rs
rail-21 = 21+
rail-21-or-more = 21 or more
rail-no-ticket-in-this-time = No ticket in this time.
rail-none = none
rail-not-seen = not seen
rail-now = now
rail-tickets-left-in-the-last = tickets left in the last 24 hours

# rail/facts.rs
rail-21-or-more-2 = 21 or more
rail-free = free
rail-none-left = none left
rail-not-on-sale = not on sale
rail-not-seen-yet = not seen yet
rail-on-sale = On sale
rail-opens = opens
rail-set-aside = set aside
rail-suspended = suspended
rail-until = until
rail-was-free = was free

# rail/help.rs
rail-any-class = any class

# rail/order.rs
rail-became-order = Became order
rail-deposit = Deposit
rail-fulfilled = fulfilled
rail-in-line = in line
rail-it-is-not-known-how = It is not known how the order stands; please look at 12306.
rail-it-was-not-paid-in = It was not paid in time, and the seat is given up.
rail-it-was-unpaid-at-the = It was unpaid at the end; 12306 knows how it stands now.
rail-lapsed = lapsed
rail-over = over
rail-paid = paid
rail-queued-at-12306 = queued at 12306
rail-sent-and-there-is-no = Sent, and there is no order number yet; you are told at once.
rail-standby-order = Standby order
rail-the-order-is-cancelled = The order is cancelled.
rail-the-ticket-is-yours-once = The ticket is yours once it is paid.
rail-unpaid = unpaid
rail-until-2 = Until
rail-waiting-for-its-deposit = waiting for its deposit
rail-waiting-for-your-payment = waiting for your payment

# rail/parts.rs
rail-a-popular-train-is-mostly = a popular train is mostly gone by the time you say yes
rail-c-intercity = C intercity
rail-d-emu = D EMU
rail-g-high-speed = G high-speed
rail-k-fast = K fast
rail-nothing-is-ordered-you-buy = nothing is ordered; you buy it yourself
rail-others = others
rail-t-express = T express
rail-then-you-are-told-to = then you are told to pay, by the deadline that 12306 gives
rail-z-direct = Z direct

# rail/passengers.rs
rail-adult = adult
rail-adult-2 = adult
rail-as-listed = as listed
rail-child-2 = child
rail-child-3 = child
rail-disabled-veteran = disabled veteran
rail-kind-unknown = kind unknown
rail-not-in-the-present-list = not in the present list
rail-once-signed-in-the-accounts = once signed in, the account's passengers are listed here; for now write the names as 12306 has them.
rail-passengers-could-not-be-read = passengers could not be read; write the names
rail-student = student
rail-student-2 = student
rail-the-account-has-no-passengers = the account has no passengers; add them at 12306 first.
rail-there-is-no-12306-account = there is no 12306 account yet

# rail/stations.rs
rail-from = From
rail-to = To

# rail/tickets.rs
rail-change-in-the-same-station = change in the same station
rail-change-to-another-station = change to another station
rail-no-tickets = no tickets
rail-wait = wait
rail-where-to-change-is-unknown = where to change is unknown

# rail/train.rs
rail-not-yet = not yet
rail-tickets = tickets

# rail/words.rs
rail-12306-is-closed = 12306 is closed
rail-cancel-it-or-not = Cancel it or not
rail-cancel-the-order = Cancel the order
rail-cancelling = cancelling
rail-checking-the-order = checking the order
rail-class-2 = class
rail-hold-it = Hold it
rail-i-do-not-want-it = I do not want it
rail-i-ordered-it = I ordered it
rail-leave-it = Leave it
rail-no-ticket-came-in-time = No ticket came in time
rail-ordering = ordering
rail-paid-2 = Paid
rail-paid-or-not-wanted = Paid, or not wanted
rail-see-what-to-do = See what to do
rail-standing-by = standing by
rail-take-it-or-not = Take it or not
rail-the-order-lapsed-unpaid = The order lapsed unpaid
rail-the-order-was-cancelled = The order was cancelled
rail-the-sale-has-opened = the sale has opened
rail-the-sale-is-near = the sale is near
rail-the-standby-is-paid-12306 = The standby is paid; 12306 carries it from here
rail-the-ticket-is-bought = The ticket is bought
rail-there-was-one-and-you = There was one, and you were told
rail-unpaid-by-the-deadline-12306 = Unpaid by the deadline, 12306 drops the order.
rail-waiting-for-the-sale = waiting for the sale
