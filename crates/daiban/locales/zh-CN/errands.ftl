### 代办。键以 errands- 开头。
