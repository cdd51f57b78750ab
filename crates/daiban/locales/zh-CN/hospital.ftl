### 挂号。键以 hospital- 开头。

# hospital_booking.html
hospital-114-does-not-say-ask = 114 没说，到院问分诊台
hospital-add-to-calendar = 放进手机日历
hospital-left = 还有
hospital-where-to-go = 在哪取号

# hospital_calendar.html
hospital-unknown-days-are-in-no = 未知的日子，114 的日历里没有，或写着不认识的词。

# hospital_cancel.html
hospital-114-says = 114 的原话：
hospital-114s-web-site-booking-there = 114 官网（网页预约已停，可能看不到这张订单）
hospital-cannot-go-how-to-cancel = 去不了，怎么取消
hospital-daiban-does-not-cancel-it = 代办不替你取消。到下面任何一处，把号交给别人：
hospital-daiban-sees-it-at-its = 取消以后代办下次核对时会看到。过了期限不去，算爽约，几次以后会停约。
hospital-phone = 电话
hospital-the-mini-program = 京通小程序（微信、支付宝、百度）
hospital-wechat-account-114-under-my = 微信公众号「北京114预约挂号」，我的 › 我的预约
hospital-what-you-are-asked-for = 要报的内容，长按复制：

# hospital_department.html
hospital-114-gave-no-day-at = 114 没给出任何一天。
hospital-114-says-whether-there-is = 114 只说有没有，不说剩几个；代办不猜。
hospital-free = 有
hospital-no-clinic-that-day = 这天没有出诊。
hospital-none = 没
hospital-nothing-is-recorded-yet-once = 还没记下过。盯上以后，每次出号都记在这里。
hospital-tap-a-day-for-its = 点一天看医生。
hospital-unknown-114-does-not-say = 未知，114 没说
hospital-watch-only-this = 只盯这个
hospital-watch-this-department = 盯这个科室

# hospital_departments.html
hospital-department = 科室
hospital-find-a-department = 找科室
hospital-only-these = 只看这些

# hospital_errand_new.html
hospital-a-hospitals-name = 医院名称
hospital-a-part-of-the-hospitals = 写医院名称的一部分，或贴 114 科室页的网址。
hospital-add = 加
hospital-add-a-114-account-first = 先加一个 114 账号
hospital-add-another = 再加一个科室
hospital-after-changing-it-press-show = 换了账号，点下面的「看就诊人」。
hospital-any-of-these-days-those = 这几天里哪天都行；还没放号的等到放号那一刻。
hospital-begin = 开始盯号
hospital-choose = 选科室…
hospital-find = 找
hospital-for-whom = 给谁挂
hospital-from = 从
hospital-make-it-now-and-sign = 可以先建，放号之前登录就行。
hospital-more-that-are-not-listed = 个没列，可以贴网址。
hospital-more-what-matters-first-from = 更多：先看什么、从哪天盯到哪天、多久看一次
hospital-none-yet-several-may-be = 还没选。几个科室可以一起盯，靠前的优先。
hospital-not-after = 几点以前
hospital-not-before = 几点以后
hospital-not-in-the-accounts-list = 不在账号的名单里。
hospital-of-several-monday-comes-before = 选了几个，就按周一到周日的先后挑。
hospital-only-some-weekdays-hours-fees = 只要星期几、几点、多少钱以内
hospital-patient = 就诊人
hospital-patients-name = 就诊人姓名
hospital-show-patients = 看就诊人
hospital-to = 到
hospital-watch-this-one = 盯这个科室
hospital-weekdays-none-any = 星期几，不选就是都行
hospital-when-there-is-a-place = 有号了怎么办
hospital-which-days = 哪几天
hospital-which-department = 哪个科室
hospital-which-one-first = 先挂哪个

# hospital_find.html
hospital-find-2 = 找医院
hospital-name-of-a-hospital-or = 医院名称，或网址
hospital-no-account-needed-first-the = 不用登录。先找医院，再选科室；也可以贴 114 科室页的网址。

# hospital_found.html
hospital-maintenance = 维护中
hospital-more-write-more-of-the = 家没列，多写几个字。
hospital-no-hospital-is-called-so = 没有名字里有这几个字的医院。
hospital-which-one = 哪一家？

# hospital_groups.html
hospital-mark = 看的。
hospital-more-write-a-part-of = 个没列，写几个字找。
hospital-there-is-no-such-department = 没有这样的科室。
hospital-this-list-was-seen = 科室名单：

# hospital_pattern.html
hospital-by = 怎么来的
hospital-for = 哪天的号
hospital-only-what-appeared-while-daiban = 只有代办在看的时候才记得到；没看的时候出过号也不知道。
hospital-seen = 看到
hospital-the-last-ones = 最近几次

# hospital/booking.rs
hospital-booked = 挂上了
hospital-card = 用卡
hospital-doctor = 医生
hospital-fee = 挂号费
hospital-hour-not-told = 几点没说
hospital-in-114s-line = 114 在排队
hospital-not-named = 没写
hospital-sent-114-has-it-in = 已提交，114 还在排队，号还没到手；有结果马上告诉你。
hospital-this-booking-is-cancelled-do = 这个号已经取消，不用去了。
hospital-whether-it-is-booked-is = 不知道挂上没有，正在核对；也请在 114 公众号里看一眼。

# hospital/calendar.rs
hospital-a-day-you-want = ，你要的日子

# hospital/department.rs
hospital-when-it-was-seen-is = 什么时候看的未知

# hospital/facts.rs
hospital-department-unknown = 科室未知
hospital-fits = 合适
hospital-free-does-not-fit = 有号，不合适
hospital-last-seen = 最近看到
hospital-no-doctor-named = 没写医生
hospital-none-left = 没号
hospital-quicker-now-around-the-release = 现在放号前后，看得更勤
hospital-was-free = 当时有号

# hospital/finder.rs
hospital-down-for-maintenance-says-114 = 114 说在维护

# hospital/parts.rs
hospital-a-place-in-demand-is = 抢手的号等你点头时多半没了
hospital-doctors = 医生
hospital-fri = 周五
hospital-half-of-the-day = 上午还是下午
hospital-mon = 周一
hospital-none-listed-any-title = 不列就是什么职称都行。
hospital-none-listed-anybody = 不列就是谁都行。
hospital-none-listed-either = 不列就是都行。
hospital-nothing-is-booked-no-patient = 不挂，你自己去挂；不用选就诊人
hospital-sat = 周六
hospital-sun = 周日
hospital-thu = 周四
hospital-titles = 职称或号别
hospital-tue = 周二
hospital-wed = 周三
hospital-what-fits-is-booked-at = 合适的马上挂，医生或费用和看到的不一样会先问你

# hospital/patients.rs
hospital-114-does-not-let-this = 114 现在不让约
hospital-no-card-to-book-with = 没有能用的卡
hospital-once-signed-in-the-accounts = 登录以后这里列出账号里的就诊人；现在先写姓名，和 114 里的一样。
hospital-patients-could-not-be-read = 没读到就诊人，先写姓名。
hospital-patients-could-not-be-read-2 = 没读到就诊人，先写姓名
hospital-the-account-has-no-patients = 账号里没有就诊人；先在 114 里加，或者写姓名。
hospital-there-is-no-114-account = 还没有 114 账号。

# hospital/pattern.rs
hospital-by-hour-of-the-day = 一天里几点出号
hospital-given-back = 退号
hospital-not-known = 不清楚
hospital-release = 放号

# hospital/slots.rs
hospital-free-2 = 有号

# hospital/wished.rs
hospital-day = 日期
hospital-department-2 = 科室
hospital-doctor-2 = 医生
hospital-half-of-the-day-2 = 上下午
hospital-then = ，再{ " " }
hospital-weekday = 星期几

# hospital/words.rs
hospital-114-does-not-take-it = 114 不受理
hospital-114-has-stopped-this-account = 114 停了这个账号的预约
hospital-around-the-release = 放号前后，看得勤
hospital-booking = 在挂号
hospital-checking-the-booking = 核对挂上没有
hospital-do-not-book = 不挂
hospital-full = 约满
hospital-it-changed-decide = 变了，看一下
hospital-it-counts-as-no-and = 按不要算，接着盯；号可能被别人挂走。
hospital-it-counts-as-no-and-2 = 按不挂算，接着盯。
hospital-it-counts-as-no-and-3 = 按不盯了算，这件代办就结束。
hospital-it-waits-nothing-else-is = 一直等着；没看清楚之前不会再挂别的。
hospital-it-was-booked-and-the = 号挂上了，就诊日过了
hospital-leave-it = 不盯了
hospital-look-on-or-not = 还盯不盯
hospital-mark-2 = 未知
hospital-no-it-is-not = 没有挂上
hospital-no-place-that-fits-came = 到最后也没等到合适的号
hospital-none-2 = 无号
hospital-not-begun-yet = 还没到开始盯的日子
hospital-not-known-whether-it-is = 不知道挂上没有
hospital-released-soon = 即将放号
hospital-say-whether-it-is-booked = 去看挂上没有
hospital-soon = 待放
hospital-take-it-or-not = 要不要这个号
hospital-the-booking-was-cancelled = 号取消了
hospital-there-was-a-booking-already = 本来就有预约，就诊日过了
hospital-there-was-a-place-and = 有号，已经告诉你
hospital-yes-book-it = 是，挂这个
hospital-yes-book-it-so = 是，照这个挂
hospital-yes-it-is-booked = 是，挂上了
hospital-yes-look-on = 是，接着盯
