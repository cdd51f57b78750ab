### 车。键以 vehicle- 开头。
