### Errands. Keys begin with errands-.

# errand_cancel.html
errands-decide = Decide
errands-give-it-up = Give it up
errands-give-this-errand-up = Give this errand up?
errands-then = Then
errands-what-stays-as-it-is = What stays as it is

# errand_history.html
errands-list-every-look-too = List every look too
errands-pages-list-the-last-thousand = Pages list the last thousand lines; older ones are shown by daiban errand log.
errands-the-newest = The newest
errands-there-is-nothing-before-that = There is nothing before that.
errands-why-it-is-so = Why it is so

# errand_kinds.html
errands-add-an-account-first = Add an account first:{ " " }

# errand_live.html
errands-14-days = 14 days
errands-actions = Actions
errands-command = Command
errands-in-this-order = In this order
errands-it-said = It said:{ " " }
errands-made = Made
errands-no-place-was-seen-yet = No place was seen yet; what fits is listed here first.
errands-no-trains-were-recorded = No trains were recorded.
errands-nothing-has-been-looked-at = Nothing has been looked at yet; it is drawn here then.
errands-nothing-has-been-seen-yet = Nothing has been seen yet; what fits is listed here then.
errands-now = Now
errands-of-several-with-tickets-the = Of several with tickets the first is taken.
errands-permits-and-applications = permits and applications
errands-places-seen = Places seen
errands-see-the-department = See the department
errands-seen-and-not-got = Seen and not got
errands-standby = Standby
errands-the-booking = The booking
errands-there-is-no-record-of = There is no record of looks.
errands-those-behind = Those behind
errands-when-there-were-tickets = When there were tickets

# errand_new.html
errands-more-which-may-stay-as = More, which may stay as it is
errands-not-begun-mend-this-first = Not begun; mend this first:
errands-take-what-is-filled-in = Take what is filled in

# errand_new_account.html
errands-as = As
errands-there-is-none-yet-add = There is none yet; add one

# errands.html
errands-by-service = By service
errands-doctors-departments = doctors’ departments
errands-new-errand = New errand
errands-older-ones = Older ones
errands-only-to-look = Only to look:
errands-train-tickets = train tickets

# wished.html
errands-what-you-wished = What you wished

# facts.rs
errands-accepted-no-result-yet = accepted, no result yet
errands-approved-not-begun = approved, not begun
errands-asked = asked
errands-asked-a-stored-answer = asked, a stored answer
errands-at-an-unknown-time = at an unknown time
errands-being-cancelled = being cancelled
errands-cancelled = cancelled
errands-expired = expired
errands-fines = fines
errands-in-effect = in effect
errands-in-review = in review
errands-inside-the-6th-ring = inside the 6th ring
errands-inside-uses-left = Inside uses left
errands-no-fines = no fines
errands-no-permit-today = no permit today
errands-none-today-will-be-renewed = none today, will be renewed
errands-not-needed = not needed
errands-not-needed-today = not needed today
errands-nothing = { "" }
errands-now-2 = now
errands-outside-the-6th-ring = outside the 6th ring
errands-rejected = rejected
errands-renewed-by-daiban = Renewed by daiban
errands-seen-by-you = seen by you
errands-source-unknown = source unknown
errands-test-data-does-not-count = test data, does not count
errands-times = times
errands-unknown-plate = unknown plate
errands-voided = voided
errands-why-not-now = Why not now

# errands/cancel.rs
errands-a-step-that-was-sent = A step that was sent and has no result yet cannot be taken back; you are still told of its result.
errands-bookings-at-114-stay-as = Bookings at 114 stay as they are.
errands-fines-stay-where-they-are = Fines stay where they are and new ones go unseen; what queries cost is not given back.
errands-it-looks-no-more-and = It looks no more and tells no more. It cannot be taken up again; a new one can be made.
errands-its-history-stays-and-can = Its history stays and can be read.
errands-orders-and-standby-orders-at = Orders and standby orders at 12306 stay as they are; giving them back is done there.
errands-permits-that-were-granted-stay = Permits that were granted stay valid and an application in review is not withdrawn; nobody renews them afterwards.
errands-the-car-is-not-touched = The car is not touched; only nobody tells when it is unlocked or low on fuel.
errands-what-the-car-has-been = What the car has been told, it does.

# errands/mod.rs
errands-going-on = Going on
errands-needs-you = Needs you
errands-over = Over
errands-paused = Paused

# errands/sections.rs
errands-the-accounts-first = the account’s first
errands-what-you-wish = What you wish
