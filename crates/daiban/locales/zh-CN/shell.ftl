### 页面的框架，和几处共用的字。键以 shell- 开头。

# words.rs
shell-days = { $count } 天
shell-minutes = { $minutes } 分
shell-hours-minutes = { $hours } 小时 { $minutes } 分
shell-seconds = { $seconds } 秒
shell-later = { $span }后
shell-date = { $month }月{ $day }日 { $weekday }

# settings/backup.html
shell-more = 更多
