### 通知、渠道、问题。键以 notices- 开头。

# channel.html
notices-sending-it = 正在发
notices-a-real-message-is-sent = 会真的发一条，页面上写出对方的原话。
notices-no-message-has-gone-this = 还没有消息从这里发过。
notices-remove-this-channel = 删掉这个渠道…
notices-secrets-are-never-shown-left = 密码和密钥不显示；空着就不变。
notices-send-a-test = 试发一条
notices-sent-lately = 最近发的
notices-settings = 改设置

# channel_kinds.html
notices-add-a-channel = 加一个通知渠道
notices-problems-and-notices = 问题与通知
notices-where-messages-go = 消息发到哪里

# channel_new.html
notices-once-saved-it-can-be = 保存后可以试发一条，页面上会写对方的原话。

# channel_remove.html
notices-its-settings-and-secrets = 它的设置和密钥
notices-messages-still-queued-to-go = 还排着队要从这里发的消息
notices-not-sent = 不再发
notices-remove-channel = 删掉渠道
notices-remove-this-channel-2 = 删掉这个渠道？
notices-this-is-the-last-channel = 这是最后一个渠道。删了以后，要你处理的事只在网页上看得到，不会再有消息到手机。
notices-what-was-sent-before = 发过的记录

# notices.html
notices-add-a-channel-2 = 加一个渠道
notices-newest-first-whether-each-channel = 最新的在前；每个渠道收没收下，写着对方的原话
notices-none-has-failed = 没有没发出的。
notices-none-yet = 还没有通知。
notices-not-sent-2 = 没发出的
notices-there-is-no-channel-yet = 还没有通知渠道，消息到不了手机。

# problems.html
notices-add-one = 加一个
notices-all-of-them = 全部
notices-daiban-asks-with-restraint-a = 代办去每个服务都有节制：两次之间隔一会儿，一天有上限，对方嫌多就先不去。被拦下的那一次，在那件代办的经过里有写。
notices-in-the-settings-file = 里改。
notices-no-problems = 没有问题
notices-nothing = 起
notices-nothing-sent-yet = 还没发过
notices-problems-they-go-away-once = 个问题，修好后自己消失
notices-set-by = 在设置文件的
notices-test = 试发
notices-there-is-no-account-and = 还没有账号，也没有去看过。
notices-there-is-none-messages-are = 还没有渠道，消息只在这里看得到。

# channels.rs
notices-a-message-that-is-gone = 已经不在的消息
notices-not-now-try-again-in = 现在没发成，过一会儿再试。原话：
notices-not-sent-the-channels-settings = 没发成，要改这个渠道的设置。原话：
notices-sent-and-taken-it-said = 发出去了，对方收下。原话：

# notices.rs
notices-a-removed-channel = 已删的渠道
notices-next-at = 下一次

# problems.rs
notices-mended-look-now = 弄好了，现在看一次
notices-resume = 继续办
notices-see-when-it-goes-on = 看什么时候再去
notices-sign-in-again = 重新登录
