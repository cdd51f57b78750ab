### 日历。键以 calendar- 开头。
