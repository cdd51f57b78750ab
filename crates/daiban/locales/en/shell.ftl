### The frame around pages, and what several of them share. Keys begin with shell-.

# words.rs
shell-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
shell-minutes = { $minutes } min
shell-hours-minutes = { $hours } h { $minutes } min
shell-seconds = { $seconds } s
shell-later = in { $span }
shell-date = { $weekday } { $day } { $month }

# settings/backup.html
shell-more = More
