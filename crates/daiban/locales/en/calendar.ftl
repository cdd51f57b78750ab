### Calendar. Keys begin with calendar-.

# calendar.html
calendar-agenda = Agenda
calendar-bars-from-the-top = Bars from the top:
calendar-later-days-are-not-planned = ; later days are not planned yet.
calendar-nothing-is-on-in-this = Nothing is on in this month.
calendar-over = Over
calendar-permits-are-known-until = Permits are known until
calendar-permits-trains-doctors-and-deadlines = Permits, trains, doctors and deadlines
calendar-the-bars-under-the-days = ; the bars under the days are permits
calendar-this-month = This month
calendar-trains-appointments-the-last-days = Trains, appointments, the last days of permits and deadlines are listed here once there are some.

# calendar.rs
calendar-about-from-a-report-more = about; from a report more than a week old
calendar-about-from-a-report-of = about; from a report of unknown age
calendar-about-from-a-report-of-2 = about; from a report of these days
calendar-about-from-todays-report = about; from today’s report
calendar-cancel = cancel
calendar-data = data
calendar-doctor = doctor
calendar-ends = ends
calendar-needs-you = needs you
calendar-none = none
calendar-pay = pay
calendar-places = places
calendar-planned-not-done-yet = planned, not done yet
calendar-renew = renew
calendar-sale = sale
calendar-service = service
calendar-tomorrow = Tomorrow
calendar-train = train
calendar-unpaid-yours-once-it-is = unpaid; yours once it is paid
calendar-was-unpaid-when-last-seen = was unpaid when last seen; 12306 knows
calendar-watch = watch
calendar-you = you
calendar-you-have-to-pay = you have to pay
