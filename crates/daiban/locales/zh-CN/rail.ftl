### 火车票。键以 rail- 开头。

# rail_ask.html
rail-day = 哪天
rail-student-tickets = 学生票

# rail_chart.html
rail-an-upright-line-is-a = 竖线是有票没买成的时候。
rail-closed = 停止服务
rail-for = 多久
rail-left = 余票
rail-since = 从
rail-the-dashed-line-is-when = 虚线是没看到的时候。

# rail_errand_new.html
rail-a-later-day = 更晚的日期
rail-add-a-12306-account-first = 先加一个 12306 账号
rail-add-at-the-end = 加到最后
rail-after-changing-it-press-show = 换了账号，点下面的「看车次和乘车人」。
rail-and = 另外：
rail-another-train = 再加一个车次
rail-any-d-train = 任意 D 字头
rail-any-g-train = 任意 G 字头
rail-any-of-them = 哪天都行
rail-any-train = 任意车次
rail-begin = 开始盯票
rail-child = 张三、小明:child
rail-class = 席别
rail-days-several-if-you-like = 日期，可多选
rail-from-where-to-where = 从哪到哪
rail-kinds-of-trains = 车型
rail-make-it-now-and-sign = 可以先建，有票之前登录就行。
rail-more-how-many-seats-until = 更多：张数、选座、盯到几时
rail-name-child-for-a-child = 儿童写「姓名:child」，学生写「姓名:student」。
rail-names-pinyin-or-initials-several = 站名、拼音、首字母都行，几个站用顿号隔开；写「北京市」是全市任何一站。只认写了的站，不会买到同城别的站。
rail-no-list-by-what-they = 不列车次，按条件挑
rail-none-listed-once-there-is = 还没列。列了就只买列出来的；不列就在下面按条件挑，席别要写。
rail-of-several-with-tickets-the = 同时有票时取最靠前的；只买列出来的。
rail-on-which-day = 只在哪天
rail-passengers = 乘车人
rail-passengers-names = 乘车人姓名
rail-show-trains-and-passengers = 看车次和乘车人
rail-ticket = 票种
rail-when-there-is-a-ticket = 有票了怎么办
rail-which-day = 哪天走
rail-which-one-first = 先买哪个
rail-who-travels = 谁坐

# rail_order.html
rail-or-under-orders-in-the = 也可以在铁路12306 App 的「订单」里付。

# rail_standby.html
rail-12306-does-not-say-what = 排的是哪些，12306 没说。
rail-12306-says = 12306 的原话：
rail-pay-the-deposit-at-12306 = 去 12306 付押金

# rail_tickets.html
rail-as-seen-then-it-changes = 看到的，会变
rail-look = 查余票
rail-more-that-are-not-listed = 趟没列出来。
rail-no-account-needed-names-pinyin = 不用登录。站名、拼音、首字母都行。
rail-no-train-between-these-two = 这两站之间那天没有车。
rail-other-stations-of-the-same = 同城别的站
rail-tickets-left = 查余票
rail-with-a-change = 看换乘

# rail_train.html
rail-standby-open = 可候补
rail-watch-it = 盯这趟

# rail_transfers.html
rail-12306-offers-no-journey-with = 12306 没有给出换乘的走法。
rail-in-all = 全程
rail-look-2 = 查换乘
rail-two-tickets-bought-apart-the = 两程是两张票，分开买；前一程晚点，后一程不等。
rail-with-a-change-2 = 换乘
rail-with-one-change = 换乘一次

# rail/chart.rs
rail-21 = 有
rail-21-or-more = 有
rail-no-ticket-in-this-time = 这段时间没出现过票。
rail-none = 无
rail-not-seen = 没看到
rail-now = 现在
rail-tickets-left-in-the-last = 近 24 小时余票

# rail/facts.rs
rail-21-or-more-2 = 21 张以上
rail-free = 有票
rail-none-left = 无票
rail-not-on-sale = 没开售
rail-not-seen-yet = 还没看到
rail-on-sale = 开售
rail-opens = 开
rail-set-aside = 先放一放
rail-suspended = 停运
rail-until = 到
rail-was-free = 当时有票

# rail/help.rs
rail-any-class = 哪种席别都行

# rail/order.rs
rail-became-order = 成了订单
rail-deposit = 押金
rail-fulfilled = 兑现了
rail-in-line = 在排队
rail-it-is-not-known-how = 不知道订单怎样了，请在 12306 里看。
rail-it-was-not-paid-in = 没在期限内付款，座位放掉了。
rail-it-was-unpaid-at-the = 结束时还没付款；现在怎样，以 12306 为准。
rail-lapsed = 过期没付
rail-over = 结束了
rail-paid = 付好了
rail-queued-at-12306 = 12306 在排队
rail-sent-and-there-is-no = 已提交，还没有订单号；有了马上告诉你。
rail-standby-order = 候补单号
rail-the-order-is-cancelled = 订单已取消。
rail-the-ticket-is-yours-once = 付款后，票才是你的。
rail-unpaid = 没付款
rail-until-2 = 排到
rail-waiting-for-its-deposit = 等你付押金
rail-waiting-for-your-payment = 等你付款

# rail/parts.rs
rail-a-popular-train-is-mostly = 热门车次等你点头时多半没了
rail-c-intercity = C 城际
rail-d-emu = D 动车
rail-g-high-speed = G 高铁
rail-k-fast = K 快速
rail-nothing-is-ordered-you-buy = 不下单，你自己去买
rail-others = 其他
rail-t-express = T 特快
rail-then-you-are-told-to = 再通知你付款，期限以 12306 给的为准
rail-z-direct = Z 直达

# rail/passengers.rs
rail-adult = 成人
rail-adult-2 = 成人票
rail-as-listed = 按登记的
rail-child-2 = 儿童
rail-child-3 = 儿童票
rail-disabled-veteran = 残军
rail-kind-unknown = 类型未知
rail-not-in-the-present-list = 不在现在的名单里
rail-once-signed-in-the-accounts = 登录以后这里列出账号里的乘车人；现在先写姓名，和 12306 里的一样。
rail-passengers-could-not-be-read = 没读到乘车人，先写姓名
rail-student = 学生
rail-student-2 = 学生票
rail-the-account-has-no-passengers = 账号里没有乘车人；先在 12306 里加。
rail-there-is-no-12306-account = 还没有 12306 账号

# rail/stations.rs
rail-from = 出发站
rail-to = 到达站

# rail/tickets.rs
rail-change-in-the-same-station = 同站换乘
rail-change-to-another-station = 要换一个站
rail-no-tickets = 没票
rail-wait = 等
rail-where-to-change-is-unknown = 在哪换未知

# rail/train.rs
rail-not-yet = 未开售
rail-tickets = 有票

# rail/words.rs
rail-12306-is-closed = 12306 休息
rail-cancel-it-or-not = 要不要取消
rail-cancel-the-order = 取消订单
rail-cancelling = 在取消
rail-checking-the-order = 核对下成了没有
rail-class-2 = 席别
rail-hold-it = 占座
rail-i-do-not-want-it = 不要这张了
rail-i-ordered-it = 我下好了
rail-leave-it = 不弄了
rail-no-ticket-came-in-time = 到最后也没等到票
rail-ordering = 在下单
rail-paid-2 = 付好了
rail-paid-or-not-wanted = 付好了，或者不要了
rail-see-what-to-do = 去看怎么办
rail-standing-by = 在候补
rail-take-it-or-not = 要不要这张
rail-the-order-lapsed-unpaid = 订单过期没付
rail-the-order-was-cancelled = 订单取消了
rail-the-sale-has-opened = 开售抢票
rail-the-sale-is-near = 快开售了
rail-the-standby-is-paid-12306 = 候补付好了，由 12306 接着排
rail-the-ticket-is-bought = 票买好了
rail-there-was-one-and-you = 有票，已经告诉你
rail-unpaid-by-the-deadline-12306 = 过了期限没付，12306 就把订单作废。
rail-waiting-for-the-sale = 等开售
