### 日历。键以 calendar- 开头。

# calendar.html
calendar-agenda = 日程
calendar-bars-from-the-top = 横条从上到下：
calendar-later-days-are-not-planned = ，再往后还没排。
calendar-nothing-is-on-in-this = 这个月没有安排。
calendar-over = 已经过去
calendar-permits-are-known-until = 进京证只看得到
calendar-permits-trains-doctors-and-deadlines = 进京证、车票、看诊和期限
calendar-the-bars-under-the-days = ；每格下面的横条是进京证
calendar-this-month = 本月
calendar-trains-appointments-the-last-days = 车票、看诊、进京证到期、要你处理的期限，有了会排在这里。

# calendar.rs
calendar-about-from-a-report-more = 大约；按一周多前的报告推算
calendar-about-from-a-report-of = 大约；按不知多旧的报告推算
calendar-about-from-a-report-of-2 = 大约；按这几天的报告推算
calendar-about-from-todays-report = 大约；按今天的报告推算
calendar-cancel = 取消
calendar-data = 流量
calendar-doctor = 看诊
calendar-ends = 到期
calendar-needs-you = 要你处理
calendar-none = 缺证
calendar-pay = 付款
calendar-places = 放号
calendar-planned-not-done-yet = 打算办，还没办
calendar-renew = 续证
calendar-sale = 开售
calendar-service = 保养
calendar-tomorrow = 明天
calendar-train = 车票
calendar-unpaid-yours-once-it-is = 还没付款，付了才是你的
calendar-was-unpaid-when-last-seen = 最后看到时没付款，以 12306 为准
calendar-watch = 盯票
calendar-you = 待你
calendar-you-have-to-pay = 要你付款
