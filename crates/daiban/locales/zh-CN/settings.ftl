### 设置。键以 settings- 开头。

# settings/backup.html
settings-backup = 备份
settings-copy-daiban-db-and-daiban = 拷走 daiban.db；如果旁边还有 daiban.db-wal，一起拷走。
settings-copy-daiban-key-to-a = daiban.key 另外拷一份，放在别的地方。
settings-everything-is-in-memory-and = 现在所有数据都在内存里，程序一停就没了，没有可备份的。
settings-how-to-copy-safely = 怎么拷贝才安全
settings-in-this-directory = 在这个目录里：
settings-last-written = 最后写入
settings-only-restoring-it-shows-whether = 拷贝有没有用，只有恢复一次才知道：换一台机器试着启动，别让两台同时办事。
settings-other-files = 旁边还有 { $count } 个别的文件
settings-others-on-this-machine-can = 这台机器上别人也能读
settings-start-daiban-again-to-restore = 再启动 daiban。要恢复时，两样放回同一个目录，再启动。
settings-stop-daiban-first-a-copy = 先停掉 daiban。开着的时候拷，拷到的可能是写了一半的。
settings-there-is-no-backup-command = 还没有备份命令，现在要自己拷贝。
settings-together = 一共 { $size }
settings-together-free = 一共 { $size } · 磁盘还剩 { $free }
settings-tokens-names-and-what-was = 令牌、姓名和别人对你说的话，都用这把密钥封在数据里。没有密钥，数据谁也打不开，我们也不行；换一把密钥，daiban 不会启动。
settings-what-to-copy = 要拷贝的文件
settings-whoever-finds-both-together-has = 两样放在一起，谁捡到这份拷贝，就等于拿到了你的登录。分开放，丢一样也不会泄露。
settings-why-both-and-why-apart = 为什么要两样，又要分开放

# settings/diagnostics.html
settings-accounts-and-errands-as-numbers = 账号和代办只有编号和状态，没有名字；最近发生的只有类别和错误代码，没有原话
settings-diagnostics = 诊断
settings-download-as-a-file = 下载成文件
settings-how-large-the-data-is = 数据文件有多大，磁盘还剩多少，各种记录有几条
settings-how-late-the-engine-runs = 引擎忙不忙、晚不晚，各服务今天问了几次、是否先不问了
settings-it-is-made-on-this = 只在这台机器上做，哪儿也不发。
settings-made-just-now = 刚做好的一份
settings-make-another = 再做一份
settings-make-one = 做一份
settings-no-names-plates-identity-numbers = 没有姓名、车牌、证件号、手机号、地点、车架号、令牌和密码。万一看到了，别发，先告诉我们是哪一行。
settings-read-it-to-the-end = 从头看到尾，再全选、复制
settings-the-last-300-lines-of = 日志最后 300 行，已去掉登记过的秘密
settings-to-go-with-a-bug = 报问题时附上，发出去之前先自己看一遍。
settings-version-system-settings-secrets-and = 版本、系统，设置（密码、令牌和你自己填的网址、路径都遮住）
settings-wechat-downloads-nothing-copy-it = 微信里不能下载，用复制的。下载的是这一刻重新做的一份，和上面的只差几秒。
settings-what-is-in-it = 里面有什么

# settings/backup.rs
settings-the-data = 数据
settings-the-key = 密钥
settings-the-newest-changes-not-yet = 还没并进数据的最新改动
settings-time-unknown = 时间不明

# audit.html
settings-nothing-here-yet = 这里还没有记录。
settings-refused = 没让
settings-what-everybody-did-in-daiban = 全家在 daiban 里做过的。记 400 天，改不了；被拒的记 90 天。
settings-what-you-did-and-what = 你做过的，和别人对你的登录做过的。记 400 天，改不了。
settings-who-did-what = 操作记录

# join.html
settings-join = 加入
settings-join-this-household = 加入这一家
settings-name-and-password = 名字和密码
settings-the-link-works-once-until = 。链接只能用一次，有效到
settings-you-will-be = 你会是：

# more.html
settings-api-tokens = 接口凭证
settings-find-a-doctors-department = 找科室、看哪天有号
settings-language-name-password-two-step = 语言、名字、密码、两步验证
settings-people = 家里的人
settings-sessions = 登录着的设备
settings-sign-out = 退出登录
settings-train-tickets-left = 查火车余票
settings-waiting-for-you-and-earlier = 待你处理，也看以前的

# settings/general.html
settings-a-code-from-your-phone = 登录时再填手机上的验证码；也护着车
settings-change-it = 换掉
settings-change-password = 换密码
settings-for-this-browser-only = 只管这个浏览器。
settings-language = 语言
settings-new-password = 新密码
settings-present-password = 现在的密码
settings-rename = 改名
settings-the-name-you-sign-in = 登录时用的名字
settings-two-step-sign-in = 两步验证

# settings/password_field.html
settings-your-password = 你的密码

# settings/sessions.html
settings-days-or = 天，
settings-days-without-use = 天没用就自动退出。
settings-end = 结束
settings-end-all-others = 结束别处的全部登录
settings-last-used = 上次用
settings-since = 登录于
settings-the-names-are-what-browsers = 设备名是浏览器自己说的，只供辨认。有不认识的：先结束它，再换密码。
settings-they-end-after = 最多
settings-this-one = 就是这一个

# settings/tabs.html
settings-yourself = 自己

# settings/tokens.html
settings-for-scripts-and-other-programs = 给脚本和别的程序用，不用密码
settings-for-what = 给谁用
settings-it-may = 能做什么
settings-make-one-2 = 做一个
settings-revoke = 作废
settings-the-new-token-shown-this = 新凭证，只显示这一次：

# settings/two_step.html
settings-1-scan-this-with-the = 1. 用验证器扫这个码：
settings-2-enter-the-six-digits = 2. 填验证器现在显示的六位数字：
settings-begin = 开始设置
settings-besides-the-password-signing-in = 登录时除了密码，再填一个手机上的验证码。它也护着车：解锁、启动、开窗、开后备箱前要再填一次。
settings-few-left-make-new-ones = 快用完了，换一套新的。
settings-i-have-them = 抄好了
settings-it-is-on = 打开了。
settings-leave-it = 不设了
settings-off = 没打开
settings-on = 开着
settings-or-type-this-key-in = 扫不了就手动输入这个密钥（基于时间，6 位）：
settings-other-sessions-are-over-the = 别处的登录已退出。下面的备用码只显示这一次，抄下来或打印，放在家里：手机丢了，一个码顶一次验证码。
settings-qr-code-the-key-for = 二维码：两步验证的密钥
settings-recovery-codes = 备用码
settings-recovery-codes-left = 没用过的备用码
settings-since-2 = 打开于
settings-state = 状态
settings-switch-it-off = 关掉
settings-switch-it-off-2 = 关掉两步验证
settings-switch-it-on = 打开两步验证
settings-switch-on = 打开
settings-then-a-password-alone-signs = 关掉后，一个密码就能登录，也能给车解锁、启动。
settings-you-need-an-authenticator-on = 手机上要有一个验证器，例如 Microsoft Authenticator、Google Authenticator，或手机自带的密码管理。

# settings/users.html
settings-a-first-password = 先给个密码
settings-add = 加一个人
settings-good-for-three-days-and = 三天内有效，只能用一次。对方自己取名字、设密码。
settings-invite-somebody = 邀请一个人
settings-keep-their-own = 管自己的
settings-make-a-link = 做一个邀请链接
settings-name-optional = 名字（可不填）
settings-no-name-yet = 没写名字
settings-or-set-name-and-password = 或者替对方设好名字和密码
settings-take-back = 收回
settings-the-invitations-link-shown-this = 邀请链接，只显示这一次，发给对方：
settings-they-may = 能做什么
settings-until = 有效到

# audit.rs
settings-a-session = 一处登录
settings-api-token = 接口凭证
settings-channel = 渠道
settings-command-line = 命令行
settings-link = 一次性链接
settings-setting = 设置
settings-somebody-else = 别人
settings-somebody-not-signed-in = 没登录的人
settings-the-ask = 看这件事
settings-the-errand = 看代办
settings-token = 凭证
settings-web-page = 网页

# join.rs
settings-ask-whoever-invited-you-for = 请邀请你的人再发一个。

# settings/general.rs
settings-half-set-up = 设到一半
settings-the-password-is-changed-other = 密码换好了，别处的登录都已退出。
settings-the-present-password-is-wrong = 现在的密码不对

# settings/tokens.rs
settings-never-used = 还没用过
settings-used = 用过：

# settings/two_step.rs
settings-the-password-is-wrong = 密码不对

# settings/users.rs
settings-locked-until = 锁到

# settings/fresh_code.html
settings-look-only-takes-none = 只看的凭证不用填。
settings-you-have-two-step-on = 你开了两步验证：这一步要再填一次验证码，十分钟内不再问。

# settings/member.html
settings-added = 加入
settings-last-seen = 最近来过
settings-remove-this-person = 移走这个人
settings-the-only-admin-who-can = 唯一能登录的管理员，不能改，也不能移走。

# settings/member_remove.html
settings-and = 、
settings-ends-at-once = 马上结束
settings-known-browsers-two-step-recovery = 记住的浏览器、两步验证和备用码也没了，从此登录不了。
settings-move-them-to-me = 账号归我
settings-remove-them-too = 账号也移除
settings-sessions-and-tokens = { $sessions } 处登录，{ $tokens } 个接口凭证
settings-their-channels-and-open-invitations = 这个人的通知渠道，和发出去还没用的邀请
settings-their-errands-are-cancelled-passwords = 代办都取消，存下的密码和令牌删掉。买好的票、约好的号、办好的证不受影响。
settings-they-own-accounts = 名下有 { $count } 个账号，怎么办
settings-with-their-errands-which-go = 连同代办，接着办，消息发给我。

# settings/recovery.html
settings-make-new-recovery-codes = 换一套备用码
settings-ten-new-codes-take-the = 现在还剩 { $count } 个没用过。换十个新的，旧的全部作废。
settings-the-old-ones-are-over = 旧的全部作废了。
settings-these-are-shown-this-once = 新的只显示这一次，抄下来放在家里：手机不在身边时，每个可以顶一次验证码。

# settings/member.rs
settings-locked = 锁住了
settings-not-known = 不知道
settings-not-signed-in-anywhere = 没有登录着
settings-signed-in = 登录着
