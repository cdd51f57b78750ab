### 今天。键以 today- 开头。

# today_live.html
today-add-an-account-first-then = 先加一个账号，再说要办什么。
today-all-of-them = 都看看
today-next = 接下来
today-not-here-yet = 还没有：
today-updated = 更新

# today_matter.html
today-is-the-last-moment-to = 前不付，座位放回。
today-see-why = 看为什么
today-when = 时间
today-where = 地点
