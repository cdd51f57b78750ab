### 违章。键以 fines- 开头。

# fine.html
fines-new = 新

# fines.html
fines-fines = 违章
fines-nothing = 条
fines-nothing-2 = 分
fines-points = 记分
fines-to-pay = 罚款

# fines_account.html
fines-a-query-as-you-set = 一次，你填的价
fines-a-remark = 记一句
fines-change-price-and-budget = 改价格和预算
fines-closed = 了结的
fines-each-query-is-paid-whether = 每查一次都要向查询服务付钱，不管有没有新的。
fines-fill-in-the-car = 去填车牌
fines-how-many-are-open = 看到几条没处理的
fines-i-looked-in-12123-myself = 我自己在 12123 看过了
fines-look-now-about = 现在查一次，约
fines-not-looked-at-yet-whether = 还没查过，不知道有没有。
fines-note-it-free = 记下，不花钱
fines-nothing-was-asked-this-month = 这个月还没有查过。
fines-the-account-has-no-car = 账号里还没有车。
fines-the-last-query-brought-nothing = 最近一次没查成：
fines-there-is-no-budget-daiban = 没有设预算：代办自己一分不花，只在你点的时候查。
fines-this-months-cost = 这个月的花费
fines-used = 已用
fines-used-of = 已用，预算
fines-within-the-budget-daiban-asks = 预算以内代办到期自己查；用完了只在你点的时候查。

# fines_list.html
fines-add-an-account-for-fines = 加一个查违章的账号
fines-details-and-cost = 明细和花费
fines-how-each-car-stood-when = 每辆车最后一次看到的样子
fines-not-looked-at-yet = 还没查过
fines-points-2 = 分
fines-the-account-has-no-car-2 = 账号里没有车。
fines-there-is-no-account-for = 还没有查违章的账号。有了以后，这里写着每辆车几条、罚多少、扣几分、在哪里办。

# fines.rs
fines-a-number-0-for-none = 填一个数，没有就填 0
fines-asked-once = 查了一次
fines-can-be-handled-online-12123 = 可以在交管12123上办
fines-changed = 变了的
fines-charged = ，花了钱
fines-free = 没花钱
fines-free-2 = ，没花钱
fines-it-is-being-asked-and = 已经去查了，还没有回答。过一会儿回来看，不用再点。
fines-its-turn-has-not-come = 还没轮到
fines-new-2 = 新的
fines-no-longer-listed = 不再列出的
fines-not-known-yet = 还不知道
fines-not-said-to-be-possible = 服务没说能网上办
fines-not-sent-a-stored-answer = 没发出去，用了存着的结果或没去问
fines-noted-by-you = 你自己看的，记了一笔
fines-perhaps-charged = ，可能扣了钱
fines-waiting-for-the-answer = 在等回答
fines-withdrawn-not-sent = 撤回了，没发
