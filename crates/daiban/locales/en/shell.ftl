### The frame around pages, and what several of them share. Keys begin with shell-.

# words.rs
shell-admin-2 = admin
shell-answer = Answer
shell-asking-the-service = Asking the service
shell-at-work = at work
shell-cancelled = cancelled
shell-date = { $weekday } { $day } { $month }
shell-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
shell-done-2 = done
shell-due = due
shell-enter-the-code = Enter the code
shell-held-for-quiet-hours = held for quiet hours
shell-hours-minutes = { $hours } h { $minutes } min
shell-it-counts-as-no = It counts as no.
shell-later = in { $span }
shell-member = member
shell-minutes = { $minutes } min
shell-needs-you = needs you
shell-not-done = not done
shell-not-sent = not sent
shell-not-signed-in-yet = not signed in yet
shell-only-you-know-this = Only you know this.
shell-paused = paused
shell-read-the-picture = Read the picture
shell-scan = Scan
shell-scanning-proves-it-is-you = Scanning proves it is you; daiban does not do that for you.
shell-seconds = { $seconds } s
shell-sign-in-lost = sign-in lost
shell-signed-in = signed in
shell-taken = taken
shell-tap-the-picture = Tap the picture
shell-the-code-goes-to-your = The code goes to your phone only.
shell-the-picture-asks-whether-a = The picture asks whether a person is there; daiban does not answer it.
shell-to-be-sent = to be sent
shell-tomorrow = tomorrow
shell-viewer = viewer
shell-watching = watching
shell-yesterday = yesterday

# settings/backup.html
shell-more = More

# account.html
shell-accounts = Accounts
shell-save = Save
shell-unknown = unknown
shell-why-it-does-not-look = Why it does not look now

# account_new.html
shell-what-you-call-it = What you call it

# account_remove.html
shell-deleted = Deleted
shell-history = History
shell-keep-it = Keep it
shell-kept = Kept
shell-remove = Remove

# accounts.html
shell-add-an-account = Add an account
shell-mark-comma = ,{ " " }

# ask.html
shell-at-the-latest = at the latest
shell-back-to-today = Back to Today
shell-order = Order

# asks.html
shell-older = Older
shell-today = Today
shell-waiting-for-you = Waiting for you

# base.html
shell-daiban = daiban
shell-daiban-cannot-be-reached-trying = daiban cannot be reached; trying again

# calendar.html
shell-calendar = Calendar
shell-mark-list = ,{ " " }
shell-new-errand = New errand

# car.html
shell-data-of-the-sim-card = Data of the SIM card
shell-earlier = Earlier
shell-see-the-account = See the account
shell-today-2 = today

# car_chart.html
shell-as-a-table = As a table
shell-day = Day

# car_order.html
shell-decide = Decide

# cars.html
shell-cars = Cars

# channel.html
shell-channels = Channels

# code_field.html
shell-six-digits-each-good-once = Six digits, each good once; a recovery code does too
shell-the-code-on-your-phone = The code on your phone

# delivery.html
shell-mend-the-channel = Mend the channel
shell-send-again = Send again
shell-the-channel-is-gone-this = The channel is gone; this one cannot be sent any more.

# enter.html
shell-come-in = Come in
shell-sign-in = Sign in
shell-sign-in-with-a-password = Sign in with a password
shell-this-link-works-once-it = This link works once; it is used when the button is pressed.

# errand.html
shell-errands = Errands

# errand_cancel.html
shell-keep-it-2 = Keep it

# errand_kinds.html
shell-what-should-be-done = What should be done

# errand_live.html
shell-how-it-stands = How it stands
shell-next-release = Next release
shell-when-places-appear = When places appear
shell-which-day = Which day

# errand_new.html
shell-begin = Begin
shell-begun-now-it-would = Begun now, it would
shell-mark-colon = :{ " " }
shell-this-was-a-trial-nothing = This was a trial; nothing was changed.
shell-try-it-out = Try it out
shell-trying-out-only-looks-it = Trying out only looks; it changes nothing.

# errand_new_account.html
shell-as-whom = As whom

# errands.html
shell-no-errands-yet = No errands yet
shell-once-there-is-one-this = Once there is one, this says how far it is and when it looks next.

# field.html
shell-from = from
shell-no = No
shell-optional = optional
shell-to = to
shell-yes = Yes

# field_list.html
shell-add = , add
shell-add-2 = Add
shell-add-these-degrees = Add these degrees
shell-down = down
shell-easiest-while-the-car-is = Easiest: while the car is at home, give it a name and take where the car is now. Degrees from Chinese maps are off by hundreds of metres.
shell-home = home
shell-how-far-around = How far around
shell-its-name = Its name
shell-latitude-longitude = Latitude, longitude
shell-remove-2 = remove
shell-see-which-cars-the-account = See which cars the account has
shell-the-cars-place-is-not = The car’s place is not known yet, so type degrees; after a look at the car its own place can be taken. Degrees from Chinese maps are off by hundreds of metres.
shell-up = up
shell-wgs-84-optional = WGS-84, optional
shell-where-the-car-is-now = Where the car is now

# fines_account.html
shell-fines = Fines

# hospital_booking.html
shell-cancel-by = Cancel by

# hospital_errand_new.html
shell-and = And
shell-as = As
shell-sign-in-2 = Sign in

# join.html
shell-at-least-8-characters = At least 8 characters
shell-for-signing-in-no-blanks = For signing in; no blanks
shell-mark-stop = { "." }
shell-once-more = Once more
shell-password = Password
shell-your-name = Your name

# link_over.html
shell-daiban-goes-on-from-here = daiban goes on from here and will tell you. This link is used up.
shell-done = Done
shell-it-was-answered-is-over = It was answered, is over, or is no longer needed. Sign in to see what came of it.
shell-now = Now:{ " " }
shell-thank-you = Thank you
shell-this-link-has-been-used = This link has been used
shell-to-today = To Today

# more.html
shell-notices = Notices
shell-settings = Settings

# nav.html
shell-main = Main
shell-problems = problems
shell-problems-notices = Problems, notices
shell-waiting-for-you-2 = waiting for you

# notices.html
shell-all = All

# page.html
shell-skip-to-content = Skip to content

# problems.html
shell-problems-2 = Problems

# rail_order.html
shell-order-2 = Order
shell-pay-at-12306 = Pay at 12306
shell-total = total

# setup.html
shell-admin = Admin
shell-it-is-set-up-already = It is set up already.
shell-set-this-one-up = Set this one up
shell-set-up = Set up
shell-set-up-and-begin = Set up and begin
shell-use-the-newest-link-printed = { " " }Use the newest link printed at start.
shell-you-will-be-its-admin = You will be its admin. This link works once.

# sign_in.html
shell-forgotten-ask-the-admin-to = Forgotten: ask the admin to run, on that machine,
shell-name = Name
shell-not-set-up-yet-when = Not set up yet. When it was started it printed a one-time set-up link; open that.
shell-the-one-at-home = The one at home

# sign_in_code.html
shell-and-the-code = And the code
shell-code = Code
shell-phone-lost-and-no-recovery = Phone lost and no recovery code: ask the admin to run, on that machine,

# today_matter.html
shell-next-look = Next look

# settings/tokens.html
shell-everything = everything
shell-look-and-change-ones-own = look and change one's own
shell-look-only = look only

# settings/users.html
shell-unlock = Unlock

# audit.rs
shell-account = account

# calendar.rs
shell-covered = covered
shell-no-permit = no permit
shell-will-be-renewed = will be renewed

# facts.rs
shell-closed = closed
shell-handled-unpaid = handled, unpaid
shell-open = open

# form.rs
shell-choose = choose…
shell-no-2 = no
shell-not-set = not set
shell-yes-2 = yes

# join.rs
shell-the-two-are-not-the = the two are not the same

# limits.rs
shell-left-alone = left alone
shell-looks-that-need-no-sign = looks that need no sign-in
shell-may-look = may look
shell-signed-out-standing-still = signed out, standing still
shell-used-up-today = used up today
shell-waiting-its-turn = waiting its turn

# matters.rs
shell-permits = Permits
shell-say-the-day-and-the = Say the day and the stations, and this shows the ticket and by when to pay.
shell-say-the-department-and-the = Say the department and the days, and this shows the visit, where it is and until when it can be cancelled.
shell-tickets = Tickets
shell-visits = Visits
shell-with-an-account-and-a = With an account and a plate, this shows fourteen days with and without a permit.
shell-with-the-cars-account-this = With the car’s account, this shows whether it is locked, its fuel and where it stands.
shell-with-the-numbers-of-the = With the numbers of the vehicle licence, this shows fines and points.

# problems.rs
shell-see-the-errand = See the errand

# sign_in.rs
shell-this-link-has-been-used-2 = This link has been used, or is over.
shell-wrong-name-or-password-a = Wrong name or password. A few more and it will be locked for a while.

# views.rs
shell-a-removed-account = a removed account

# errands/new.rs
shell-choose-an-account = choose an account

# errands/plates.rs
shell-no-plate = no plate

# hospital/booking.rs
shell-cancelled-2 = cancelled

# hospital/calendar.rs
shell-mark-stop-2 = { "." }{ " " }

# hospital/facts.rs
shell-last = last
shell-looked = Looked
shell-pace = Pace
shell-until = Until

# hospital/pattern.rs
shell-mark-semicolon = ;{ " " }

# hospital/words.rs
shell-getting-ready = getting ready
shell-needs-your-sign-in = needs your sign-in
shell-no-3 = No
shell-waiting-for-your-yes = waiting for your yes
shell-watching-2 = watching
