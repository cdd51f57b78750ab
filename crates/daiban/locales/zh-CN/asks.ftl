### 待你处理。键以 asks- 开头。

# ask.html
asks-deadline = 期限
asks-if-you-say-nothing = 不选会怎样
asks-left = 还剩
asks-one-was-sent-just-now = 刚发过一条，重发还要等
asks-save-the-picture = 存下这张图
asks-send = 提交
asks-start-over = 重新点
asks-the-code-from-the-message = 短信里的数字
asks-the-picture-to-read = 验证码图片
asks-undo-the-last = 去掉上一个
asks-what-the-picture-says = 图片里的字
asks-why-you = 为什么要你来
asks-your-answer = 你的回答

# ask_card.html
asks-time-left = 剩余时间

# ask_code.html
asks-the-code-on-your-phone = 手机上的验证码（同意才要填）
asks-you-have-two-step-sign = 你开了两步验证：给车解锁、启动、开窗、开后备箱前要再填一次。

# ask_live.html
asks-a-fresh-one-follows-by = ，过期会自动换新
asks-go-on = 看下一步
asks-this-code-is-good-for = 这张码还能用

# ask_points.html
asks-across = 向右
asks-add-this-place = 加这个点
asks-cannot-tap-type-the-place = 点不了图？填坐标
asks-down = 向下
asks-in-pixels-from-the-top = 从左上角起，以像素计；这张图的大小是
asks-tap-places-on-the-picture = 点图片上的位置
asks-tap-the-picture-in-order = 按要求依次点图，点完再提交。
asks-tapped = 已点

# ask_qr.html
asks-it-has-a-camera-scan = 那边有摄像头：扫这个打开
asks-leave-it = 不登录了
asks-open-it-on-another-screen = 用另一个屏幕打开
asks-open-this-address-on-a = 在电脑或平板上打开下面的地址，再用手机 App 直接扫那边的码。登录完就失效。
asks-press-the-picture-long-to = 长按图片保存，再从相册里扫
asks-pressing-it-is-not-needed = 扫好了不点也行，代办每两秒问一次。
asks-qr-code = 二维码
asks-scanned = 扫好了
asks-the-address-of-this-page = 这一页的地址
asks-this-address-opens-on-this = 这是只在这台机器上能打开的地址。
asks-with-this-very-phone = 就用这部手机

# asks.html
asks-earlier = 以前的
asks-newer = 新一些的
asks-there-is-nothing-for-you = 现在没有要你做的。

# asks/ended.rs
asks-a-fresh-code = 换一张新码
asks-answered = 答过了
asks-answered-2 = 已经回答过了。
asks-answered-no = 回答：不同意。
asks-answered-yes = 回答：同意。
asks-begin-again = 重新来一次
asks-no = 没同意
asks-no-longer-needed = 不再需要了。
asks-nobody-answered = 过期没答
asks-nobody-had-answered-in-time = 到时没有人回答，按不同意算。
asks-nobody-had-answered-in-time-2 = 到时没有人回答。
asks-not-needed = 不用了
asks-over-a-fresh-one-took = 过期，换了新的一张。
asks-replaced = 换了新的
asks-signed-in = 登录好了
asks-signed-in-this-step-is = 登录好了，这一步不用了。
asks-yes = 同意了

# asks/onward.rs
asks-nothing-was-entered = 还没有填
asks-that-is-not-on-the = 那里不在图上，没有记。
asks-the-new-picture-is-not = 新图还没到，过几秒刷新这一页
asks-there-is-no-fresh-one = 这件换不了新的
asks-there-is-no-other-picture = 这张换不了

# asks/parts.rs
asks-confirm-on-the-phone = 手机上点确认
asks-confirm-on-the-phone-and = 在手机上点“确认登录”，就好了。
asks-scan = 扫码
asks-scanned-2 = 扫到了
asks-signed-in-2 = 登录成功
asks-this-changes-by-itself-nothing = 扫完这里自己会变，不用回来点什么。
asks-this-step-is-over = 这一步过去了
asks-waiting-for-you = 等你
asks-waiting-for-your-scan = 等你扫码

# asks/view.rs
asks-choose-the-picture-just-saved = 选“相册”里刚存的图，点“确认登录”，再回到这里
asks-hard-to-read-another-one = 看不清，换一张
asks-no-2 = 不同意
asks-none-came-read-another-picture = 没收到，先读一张图再发
asks-open-the-12306-app-and = 打开铁路12306 App，点首页右上角的“扫一扫”
asks-open-the-services-own-app = 打开这个服务的 App，找到“扫一扫”
asks-picture = 图片
asks-save-the-code-above-among = 先把上面的码存进相册
asks-text-message = 短信码
asks-yes-2 = 同意
