### Today. Keys begin with today-.

# today_live.html
today-add-an-account-first-then = Add an account first, then say what should be done.
today-all-of-them = All of them
today-next = Next
today-not-here-yet = Not here yet:{ " " }
today-updated = updated

# today_matter.html
today-is-the-last-moment-to = is the last moment to pay; then the seats go back.
today-see-why = See why
today-when = When
today-where = Where
