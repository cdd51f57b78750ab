### 页面的框架，和几处共用的字。键以 shell- 开头。

# words.rs
shell-admin-2 = 管理员
shell-answer = 去填
shell-asking-the-service = 正在问服务
shell-at-work = 正在办
shell-cancelled = 不要了
shell-date = { $month }月{ $day }日 { $weekday }
shell-days = { $count } 天
shell-done-2 = 办好了
shell-due = 到点了
shell-enter-the-code = 去填短信码
shell-held-for-quiet-hours = 安静时段，先压着
shell-hours-minutes = { $hours } 小时 { $minutes } 分
shell-it-counts-as-no = 按不同意算。
shell-later = { $span }后
shell-member = 成员
shell-minutes = { $minutes } 分
shell-needs-you = 需要你
shell-not-done = 没办成
shell-not-sent = 没发出
shell-not-signed-in-yet = 还没登录
shell-only-you-know-this = 这一项只有你知道。
shell-paused = 暂停了
shell-read-the-picture = 去看图填字
shell-scan = 去扫码
shell-scanning-proves-it-is-you = 扫码就是确认是你本人，代办不代扫。
shell-seconds = { $seconds } 秒
shell-sign-in-lost = 登录失效
shell-signed-in = 已登录
shell-taken = 收下了
shell-tap-the-picture = 去点图
shell-the-code-goes-to-your = 短信码只发到你的手机上。
shell-the-picture-asks-whether-a = 验证码就是问是不是真人，代办不代答。
shell-to-be-sent = 要发
shell-tomorrow = 明天
shell-viewer = 只看
shell-watching = 看着呢
shell-yesterday = 昨天

# settings/backup.html
shell-more = 更多

# account.html
shell-accounts = 账号
shell-save = 保存
shell-unknown = 未知
shell-why-it-does-not-look = 为什么现在不看

# account_new.html
shell-what-you-call-it = 叫它什么

# account_remove.html
shell-deleted = 会删掉
shell-history = 历史
shell-keep-it = 不删
shell-kept = 留着
shell-remove = 删掉

# accounts.html
shell-add-an-account = 加一个账号
shell-mark-comma = ，

# ask.html
shell-at-the-latest = 前
shell-back-to-today = 回今天
shell-order = 订单

# asks.html
shell-older = 更早的
shell-today = 今天
shell-waiting-for-you = 待你处理

# base.html
shell-daiban = 代办
shell-daiban-cannot-be-reached-trying = 连不上 daiban，正在重试

# calendar.html
shell-calendar = 日历
shell-mark-list = 、
shell-new-errand = 建一件代办

# car.html
shell-data-of-the-sim-card = 车机流量
shell-earlier = 更早的
shell-see-the-account = 去看账号
shell-today-2 = 今天

# car_chart.html
shell-as-a-table = 看成表
shell-day = 日期

# car_order.html
shell-decide = 去决定

# cars.html
shell-cars = 车

# channel.html
shell-channels = 通知渠道

# code_field.html
shell-six-digits-each-good-once = 六位数字，每个用一次；也可以填一个备用码
shell-the-code-on-your-phone = 手机上的验证码

# delivery.html
shell-mend-the-channel = 改这个渠道
shell-send-again = 再发一次
shell-the-channel-is-gone-this = 渠道已经删了，这条发不成了。

# enter.html
shell-come-in = 进来
shell-sign-in = 登录
shell-sign-in-with-a-password = 用密码登录
shell-this-link-works-once-it = 这个链接只能用一次，按下按钮才算用。

# errand.html
shell-errands = 代办

# errand_cancel.html
shell-keep-it-2 = 留着

# errand_kinds.html
shell-what-should-be-done = 要办什么

# errand_live.html
shell-how-it-stands = 怎样
shell-next-release = 下次放号
shell-when-places-appear = 号什么时候出来
shell-which-day = 哪天有号

# errand_new.html
shell-begin = 开始
shell-begun-now-it-would = 现在去办，会这样
shell-mark-colon = ：
shell-this-was-a-trial-nothing = 只是试算，什么也没改。
shell-try-it-out = 先试算
shell-trying-out-only-looks-it = 试算只看现在会怎么做，什么也不改。

# errand_new_account.html
shell-as-whom = 用哪个账号

# errands.html
shell-no-errands-yet = 还没有代办
shell-once-there-is-one-this = 建一件以后，这里会说它办到哪一步、下次什么时候看。

# field.html
shell-from = 从
shell-no = 否
shell-optional = 可不填
shell-to = 到
shell-yes = 是

# field_list.html
shell-add = ，再加
shell-add-2 = 加上
shell-add-these-degrees = 用填的坐标
shell-down = 下移
shell-easiest-while-the-car-is = 最省事：车停在家时填个名字，点「就用车现在停的地方」。手机地图里的坐标会偏几百米。
shell-home = 家
shell-how-far-around = 周围多远
shell-its-name = 叫什么
shell-latitude-longitude = 纬度,经度
shell-remove-2 = 去掉
shell-see-which-cars-the-account = 看账号里有哪些车
shell-the-cars-place-is-not = 车的位置还不知道，先填坐标；看过一次车以后，这里可以直接用车停的地方。手机地图里的坐标会偏几百米。
shell-up = 上移
shell-wgs-84-optional = WGS-84，可不填
shell-where-the-car-is-now = 就用车现在停的地方

# fines_account.html
shell-fines = 违章

# hospital_booking.html
shell-cancel-by = 取消截止

# hospital_errand_new.html
shell-and = 还有
shell-as = 用
shell-sign-in-2 = 去登录

# join.html
shell-at-least-8-characters = 至少 8 个字符
shell-for-signing-in-no-blanks = 登录时用，不含空格
shell-mark-stop = 。
shell-once-more = 再填一次
shell-password = 密码
shell-your-name = 你的名字

# link_over.html
shell-daiban-goes-on-from-here = 代办接着往下办，有结果会告诉你。这个链接到此为止。
shell-done = 好了
shell-it-was-answered-is-over = 已经回答过、过期了，或不再需要。要看后来怎样，请登录。
shell-now = 现在：
shell-thank-you = 收到了
shell-this-link-has-been-used = 这个链接用过了
shell-to-today = 回今天

# more.html
shell-notices = 发过的通知
shell-settings = 设置

# nav.html
shell-main = 主导航
shell-problems = 问题
shell-problems-notices = 问题与通知
shell-waiting-for-you-2 = 待处理

# notices.html
shell-all = 全部

# page.html
shell-skip-to-content = 跳到正文

# problems.html
shell-problems-2 = 问题

# rail_order.html
shell-order-2 = 订单号
shell-pay-at-12306 = 去 12306 付款
shell-total = 共

# setup.html
shell-admin = 管理员
shell-it-is-set-up-already = 已经设好了。
shell-set-this-one-up = 设好这一台
shell-set-up = 设置
shell-set-up-and-begin = 设好，开始用
shell-use-the-newest-link-printed = 请用启动时打印的最新链接。
shell-you-will-be-its-admin = 你会是它的管理员。这个链接只能用一次。

# sign_in.html
shell-forgotten-ask-the-admin-to = 忘了密码：请管理员在这台机器上运行
shell-name = 名字
shell-not-set-up-yet-when = 还没有设好。启动这台机器时，它打印过一个一次性的设置链接，请打开那个链接。
shell-the-one-at-home = 家里的这一台

# sign_in_code.html
shell-and-the-code = 再填验证码
shell-code = 验证码
shell-phone-lost-and-no-recovery = 手机丢了、备用码也没有：请管理员在这台机器上运行

# today_matter.html
shell-next-look = 下次看

# settings/tokens.html
shell-everything = 什么都能做
shell-look-and-change-ones-own = 看和改自己的
shell-look-only = 只看

# settings/users.html
shell-unlock = 解锁

# audit.rs
shell-account = 账号

# calendar.rs
shell-covered = 有证
shell-no-permit = 没有能用的证
shell-will-be-renewed = 到时会续

# facts.rs
shell-closed = 了结
shell-handled-unpaid = 处理了，没交钱
shell-open = 没处理

# form.rs
shell-choose = 请选…
shell-no-2 = 否
shell-not-set = 不指定
shell-yes-2 = 是

# join.rs
shell-the-two-are-not-the = 两次填的不一样

# limits.rs
shell-left-alone = 先不打扰
shell-looks-that-need-no-sign = 不用登录的查询
shell-may-look = 可以看
shell-signed-out-standing-still = 登录失效，停着
shell-used-up-today = 今天的用完了
shell-waiting-its-turn = 隔一会儿再看

# matters.rs
shell-permits = 进京证
shell-say-the-day-and-the = 说了哪天、从哪到哪，这里会有盯到的票和付款期限。
shell-say-the-department-and-the = 说了科室和日子，这里会有挂上的号、在哪看、几时前能取消。
shell-tickets = 车票
shell-visits = 挂号
shell-with-an-account-and-a = 有了账号和车牌，这里会有 14 天里哪天有证、哪天没有。
shell-with-the-cars-account-this = 有了车的账号，这里会有锁没锁、油够不够、停在哪。
shell-with-the-numbers-of-the = 有了行驶证上的号码，这里会有罚款和记分。

# problems.rs
shell-see-the-errand = 看这件代办

# sign_in.rs
shell-this-link-has-been-used-2 = 这个链接用过了，或过期了。
shell-wrong-name-or-password-a = 名字或密码不对。连错几次会锁一阵子。

# views.rs
shell-a-removed-account = 已删的账号

# errands/new.rs
shell-choose-an-account = 请选一个账号

# errands/plates.rs
shell-no-plate = 没有车牌

# hospital/booking.rs
shell-cancelled-2 = 取消了

# hospital/calendar.rs
shell-mark-stop-2 = 。

# hospital/facts.rs
shell-last = 最近
shell-looked = 看过
shell-pace = 多久看一次
shell-until = 盯到

# hospital/pattern.rs
shell-mark-semicolon = ；

# hospital/words.rs
shell-getting-ready = 准备中
shell-needs-your-sign-in = 要你登录
shell-no-3 = 不要
shell-waiting-for-your-yes = 等你点头
shell-watching-2 = 盯着呢
