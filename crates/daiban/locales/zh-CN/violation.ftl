### 违章查询服务。键以 violation- 开头。
