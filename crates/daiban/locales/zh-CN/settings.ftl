### 设置。键以 settings- 开头。
