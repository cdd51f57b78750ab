### 代办。键以 errands- 开头。

# errand_cancel.html
errands-decide = 决定
errands-give-it-up = 不要了
errands-give-this-errand-up = 不要这件代办了？
errands-then = 会这样
errands-what-stays-as-it-is = 这些不变

# errand_history.html
errands-list-every-look-too = 每一次查看也列出来
errands-pages-list-the-last-thousand = 网页上只列最近的一千条；更早的用命令行 daiban errand log 看。
errands-the-newest = 回到最新
errands-there-is-nothing-before-that = 这之前没有了。
errands-why-it-is-so = 为什么是这样

# errand_kinds.html
errands-add-an-account-first = 先加一个账号：

# errand_live.html
errands-14-days = 14 天
errands-actions = 操作
errands-command = 操作
errands-in-this-order = 先后顺序
errands-it-said = 原话：
errands-made = 建于
errands-no-place-was-seen-yet = 还没看到过号；看到以后这里先列合适的。
errands-no-trains-were-recorded = 没有留下可买的车次。
errands-nothing-has-been-looked-at = 还没看过余票；看到以后这里画出来。
errands-nothing-has-been-seen-yet = 还没看过；看到以后这里按先后列出来。
errands-now = 现在
errands-of-several-with-tickets-the = 同时有好几个就取最靠前的。
errands-permits-and-applications = 证和申请
errands-places-seen = 看到的号
errands-see-the-department = 看这个科室
errands-seen-and-not-got = 有号没挂成
errands-standby = 候补
errands-the-booking = 挂的号
errands-there-is-no-record-of = 没有看余票的记录。
errands-those-behind = 后面的
errands-when-there-were-tickets = 什么时候出过票

# errand_new.html
errands-more-which-may-stay-as = 更多：不改也行
errands-not-begun-mend-this-first = 还没开始，先改这里：
errands-take-what-is-filled-in = 收下填好的

# errand_new_account.html
errands-as = 用账号
errands-there-is-none-yet-add = 还没有账号，先加一个

# errands.html
errands-by-service = 按服务看
errands-doctors-departments = 找科室
errands-new-errand = 建一件
errands-older-ones = 再早的
errands-only-to-look = 只想看看：
errands-train-tickets = 查余票

# wished.html
errands-what-you-wished = 你要的

# facts.rs
errands-accepted-no-result-yet = 受理了，还没结果
errands-approved-not-begun = 批了，还没开始
errands-asked = 查的
errands-asked-a-stored-answer = 查的，存着的结果
errands-at-an-unknown-time = 时间未知
errands-being-cancelled = 撤销中
errands-cancelled = 撤销了
errands-expired = 到期了
errands-fines = 有违章
errands-in-effect = 有效
errands-in-review = 审核中
errands-inside-the-6th-ring = 六环内
errands-inside-uses-left = 六环内还能办
errands-no-fines = 没有违章
errands-no-permit-today = 今天没有能用的证
errands-none-today-will-be-renewed = 今天没证，会续
errands-not-needed = 不需要
errands-not-needed-today = 今天不需要
errands-nothing = 次
errands-now-2 = 今
errands-outside-the-6th-ring = 六环外
errands-rejected = 没批
errands-renewed-by-daiban = 代办续过
errands-seen-by-you = 你自己看的
errands-source-unknown = 来源未知
errands-test-data-does-not-count = 是调试数据，不算数
errands-times = 次
errands-unknown-plate = 未知车牌
errands-voided = 作废了
errands-why-not-now = 现在不能办，原话

# errands/cancel.rs
errands-a-step-that-was-sent = 已经发出去、还没有结果的一步收不回来；有了结果还是会告诉你。
errands-bookings-at-114-stay-as = 114 里已有的预约不动。
errands-fines-stay-where-they-are = 罚款还在原处，有了新的也不会知道；已经花掉的查询钱不退。
errands-it-looks-no-more-and = 不再看，也不再提醒；不能恢复，要再办就新建一件。
errands-its-history-stays-and-can = 历史留着，可以再看。
errands-orders-and-standby-orders-at = 12306 里已有的订单和候补不动；要退、要撤到 12306 里办。
errands-permits-that-were-granted-stay = 已经批下来的证照样有效，审核中的申请也不撤；要撤到「北京交警」里撤。到期以后就没人续了。
errands-the-car-is-not-touched = 车照常用，只是没锁、没油不再提醒。
errands-what-the-car-has-been = 车已经收到的操作照样会做。

# errands/mod.rs
errands-going-on = 在办
errands-needs-you = 需要你
errands-over = 办完的
errands-paused = 暂停了

# errands/sections.rs
errands-the-accounts-first = 账号的第一辆
errands-what-you-wish = 要什么
