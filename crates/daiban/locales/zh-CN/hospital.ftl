### 挂号。键以 hospital- 开头。
