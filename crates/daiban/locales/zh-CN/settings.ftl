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
