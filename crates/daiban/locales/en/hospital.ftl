### Doctors. Keys begin with hospital-.

# hospital_booking.html
hospital-114-does-not-say-ask = 114 does not say; ask at the hospital
hospital-add-to-calendar = Add to calendar
hospital-left = left:
hospital-where-to-go = Where to go

# hospital_calendar.html
hospital-unknown-days-are-in-no = Unknown days are in no calendar of 114, or in a word that daiban does not know.

# hospital_cancel.html
hospital-114-says = 114 says:{ " " }
hospital-114s-web-site-booking-there = 114’s web site (booking there is closed; it may not show this order)
hospital-cannot-go-how-to-cancel = Cannot go: how to cancel
hospital-daiban-does-not-cancel-it = daiban does not cancel it for you. Any of these does:
hospital-daiban-sees-it-at-its = daiban sees it at its next look. Not going without cancelling counts against the patient.
hospital-phone = Phone
hospital-the-mini-program = The 京通 mini-program
hospital-wechat-account-114-under-my = WeChat account 北京114预约挂号, under my bookings
hospital-what-you-are-asked-for = What you are asked for, to be copied:

# hospital_department.html
hospital-114-gave-no-day-at = 114 gave no day at all.
hospital-114-says-whether-there-is = 114 says whether there is a place, not how many; daiban does not guess.
hospital-free = free
hospital-no-clinic-that-day = No clinic that day.
hospital-none = none
hospital-nothing-is-recorded-yet-once = Nothing is recorded yet. Once it is watched, every place that appears is drawn here.
hospital-tap-a-day-for-its = Tap a day for its doctors.
hospital-unknown-114-does-not-say = unknown, 114 does not say
hospital-watch-only-this = Watch only this
hospital-watch-this-department = Watch this department

# hospital_departments.html
hospital-department = Department
hospital-find-a-department = Find a department
hospital-only-these = Only these

# hospital_errand_new.html
hospital-a-hospitals-name = a hospital’s name
hospital-a-part-of-the-hospitals = A part of the hospital’s name, or the address of the department’s page at 114.
hospital-add = Add
hospital-add-a-114-account-first = Add a 114 account first
hospital-add-another = Add another
hospital-after-changing-it-press-show = After changing it, press “show patients” below.
hospital-any-of-these-days-those = Any of these days; those not released yet are waited for.
hospital-begin = Begin
hospital-choose = choose…
hospital-find = Find
hospital-for-whom = For whom
hospital-from = From
hospital-make-it-now-and-sign = Make it now and sign in before the release.
hospital-more-that-are-not-listed = more that are not listed; paste an address.
hospital-more-what-matters-first-from = More: what matters first, from when to when, how often
hospital-none-yet-several-may-be = None yet. Several may be watched together; the first goes first.
hospital-not-after = Not after
hospital-not-before = Not before
hospital-not-in-the-accounts-list = Not in the account’s list.
hospital-of-several-monday-comes-before = Of several, Monday comes before Sunday.
hospital-only-some-weekdays-hours-fees = Only some weekdays, hours, fees
hospital-patient = Patient
hospital-patients-name = Patient’s name
hospital-show-patients = Show patients
hospital-to = To
hospital-watch-this-one = Watch this one
hospital-weekdays-none-any = Weekdays; none: any
hospital-when-there-is-a-place = When there is a place
hospital-which-days = Which days
hospital-which-department = Which department
hospital-which-one-first = Which one first

# hospital_find.html
hospital-find-2 = Find
hospital-name-of-a-hospital-or = Name of a hospital, or an address
hospital-no-account-needed-first-the = No account needed. First the hospital, then the department; or paste the address of a department’s page at 114.

# hospital_found.html
hospital-maintenance = maintenance
hospital-more-write-more-of-the = more; write more of the name.
hospital-no-hospital-is-called-so = No hospital is called so.
hospital-which-one = Which one?

# hospital_groups.html
hospital-mark = { "." }
hospital-more-write-a-part-of = more; write a part of the name.
hospital-there-is-no-such-department = There is no such department.
hospital-this-list-was-seen = This list was seen{ " " }

# hospital_pattern.html
hospital-by = By
hospital-for = For
hospital-only-what-appeared-while-daiban = Only what appeared while daiban looked is in it; there may have been more.
hospital-seen = Seen
hospital-the-last-ones = The last ones

# hospital/booking.rs
hospital-booked = booked
hospital-card = Card
hospital-doctor = Doctor
hospital-fee = Fee
hospital-hour-not-told = hour not told
hospital-in-114s-line = in 114’s line
hospital-not-named = not named
hospital-sent-114-has-it-in = Sent; 114 has it in its line and nothing is booked yet. You are told at once.
hospital-this-booking-is-cancelled-do = This booking is cancelled; do not go.
hospital-whether-it-is-booked-is = Whether it is booked is not known; it is being checked. Please look at 114’s WeChat account too.

# hospital/calendar.rs
hospital-a-day-you-want = , a day you want

# hospital/department.rs
hospital-when-it-was-seen-is = when it was seen is not known

# hospital/facts.rs
hospital-department-unknown = department unknown
hospital-fits = fits
hospital-free-does-not-fit = free, does not fit
hospital-last-seen = last seen
hospital-no-doctor-named = no doctor named
hospital-none-left = none left
hospital-quicker-now-around-the-release = quicker now, around the release
hospital-was-free = was free

# hospital/finder.rs
hospital-down-for-maintenance-says-114 = down for maintenance, says 114

# hospital/parts.rs
hospital-a-place-in-demand-is = a place in demand is mostly gone by the time you say yes
hospital-doctors = Doctors
hospital-fri = Fri
hospital-half-of-the-day = Half of the day
hospital-mon = Mon
hospital-none-listed-any-title = None listed: any title.
hospital-none-listed-anybody = None listed: anybody.
hospital-none-listed-either = None listed: either.
hospital-nothing-is-booked-no-patient = nothing is booked; no patient is needed
hospital-sat = Sat
hospital-sun = Sun
hospital-thu = Thu
hospital-titles = Titles
hospital-tue = Tue
hospital-wed = Wed
hospital-what-fits-is-booked-at = what fits is booked at once; if doctor or fee differ from what was seen, you are asked first

# hospital/patients.rs
hospital-114-does-not-let-this = 114 does not let this patient book
hospital-no-card-to-book-with = no card to book with
hospital-once-signed-in-the-accounts = Once signed in, the account's patients are listed here; for now write the name as 114 has it.
hospital-patients-could-not-be-read = Patients could not be read; write the name.
hospital-patients-could-not-be-read-2 = patients could not be read; write the name
hospital-the-account-has-no-patients = The account has no patients; add them at 114, or write a name.
hospital-there-is-no-114-account = There is no 114 account yet.

# hospital/pattern.rs
hospital-by-hour-of-the-day = by hour of the day
hospital-given-back = given back
hospital-not-known = not known
hospital-release = release

# hospital/slots.rs
hospital-free-2 = free

# hospital/wished.rs
hospital-day = day
hospital-department-2 = department
hospital-doctor-2 = doctor
hospital-half-of-the-day-2 = half of the day
hospital-then = , then{ " " }
hospital-weekday = weekday

# hospital/words.rs
hospital-114-does-not-take-it = 114 does not take it
hospital-114-has-stopped-this-account = 114 has stopped this account
hospital-around-the-release = around the release
hospital-booking = booking
hospital-checking-the-booking = checking the booking
hospital-do-not-book = Do not book
hospital-full = full
hospital-it-changed-decide = It changed: decide
hospital-it-counts-as-no-and = It counts as no and watching goes on; somebody else may take the place.
hospital-it-counts-as-no-and-2 = It counts as no, and watching goes on.
hospital-it-counts-as-no-and-3 = It counts as no, and the errand is over.
hospital-it-waits-nothing-else-is = It waits; nothing else is booked until you have looked.
hospital-it-was-booked-and-the = It was booked, and the day is over
hospital-leave-it = Leave it
hospital-look-on-or-not = Look on or not
hospital-mark-2 = ?
hospital-no-it-is-not = No, it is not
hospital-no-place-that-fits-came = No place that fits came in time
hospital-none-2 = none
hospital-not-begun-yet = not begun yet
hospital-not-known-whether-it-is = not known whether it is booked
hospital-released-soon = released soon
hospital-say-whether-it-is-booked = Say whether it is booked
hospital-soon = soon
hospital-take-it-or-not = Take it or not
hospital-the-booking-was-cancelled = The booking was cancelled
hospital-there-was-a-booking-already = There was a booking already, and the day is over
hospital-there-was-a-place-and = There was a place, and you were told
hospital-yes-book-it = Yes, book it
hospital-yes-book-it-so = Yes, book it so
hospital-yes-it-is-booked = Yes, it is booked
hospital-yes-look-on = Yes, look on
