### 账号。键以 accounts- 开头。
