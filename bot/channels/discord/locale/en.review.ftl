# /review: what was asked and how it was answered; the weekly digest; who waits for an answer.

cmd-review = review
cmd-review-about = See what was asked, and judge how it was answered (moderators)
sub-next = next
sub-next-about = Show what most people asked without a good answer, and decide what follows
sub-list = list
sub-list-about = List the questions that wait for a look
sub-sample = sample
sub-sample-about = Draw an answered question at random, to judge whether the answer was right
sub-stats = stats
sub-stats-about = Show what was asked and how well it was answered, as a picture
opt-listed = reason
opt-listed-about = Only what is listed for this reason

review-reason-gap = No answer
review-reason-none = None of these
review-reason-doubtful = Doubtful
review-reason-reported = Reported wrong
review-reason-boundary = Boundary
review-reason-changed = Entry has changed
review-reason-all = All reasons

review-people = { $people ->
    [one] 1 person
   *[other] { $people } people
  }
review-questions = { $questions ->
    [one] 1 question
   *[other] { $questions } questions
  }
review-clusters = { $clusters ->
    [one] 1 cluster
   *[other] { $clusters } clusters
  }
review-since = since { $when }
review-others = Also asked:
review-got = What came back: { $outcome }
review-confidence = confidence { $value }
review-follow-up = Asked after: { $title }
review-said = People said: { $what }
review-meant = meant “{ $title }”
review-near = This may mean:

review-right = Right
review-wrong = Wrong
review-gap = Gap
review-out-of-scope = Off topic
review-abuse = Abuse
review-ignore = Ignore
review-skip = Skip
review-undo = Undo last
review-all = All questions
review-draft = My draft ({ $count })
review-read = Read the answer
review-draw = Draw an answer
review-begin = Review
review-cluster = Its cluster

review-judged = { $verdict }: { $questions } decided.
review-stale = Somebody else was first, or the cluster has changed since. This is how it stands now.
review-gone = That is not there any more: somebody had it deleted.
review-empty = Nothing waits for a look. What comes in is sorted about once a minute.
review-again = That was the last one; here is the first again.
review-undone = Your verdict is taken back. What is in your draft stays there.
review-undo-none = There is no verdict of yours to take back here.
review-drafted = In your draft: `{ $entry }`. It is answered once you have published that with `/knowledge publish`.

review-which = Which entry answers this?
review-words = A way of asking, in your own words
review-words-help = Goes into your draft; may stay empty. Nobody else's words: a near copy is refused.
review-test = Test question (optional)
review-test-help = Asked otherwise, it must find the entry before each publish. In your own words, too.

review-what = What would answer this?
review-choose-what = Choose what to add
review-elsewhere = Under another entry…
review-only-gap = Only note the gap
review-kind = What it is
review-parent = What it stands under: id or title
review-under = { $kind } under **{ $title }**
review-form = Fill in the form

review-split = Split off what means something else
review-split-done = Split off: { $questions }. They are a cluster of their own now.
review-split-none = That could not be split off: at least one question must stay in the cluster.
review-older = Older
review-newest = Newest

review-list = Questions that wait for a look
review-list-empty = Nothing is listed here.
review-choose = Look at one
review-filter = Reason

review-sample = Drawn at random
review-sample-about = Each answer of the last 30 days was as likely as any other. Only verdicts on such draws tell how many answers are right: what is in the queue was picked because something seemed wrong.
review-sample-none = There is no answer of the last 30 days left to judge.

review-stats = { $title }: the last 30 days
review-post = Post in the moderators’ channel
review-posted = It stands in the moderators’ channel.
review-not-posted = It could not be posted. Check that the bot may write and attach files in the moderators’ channel.
error-chart = The picture could not be drawn. Ask for it again in a while.

digest-title = { $title }: the week of { $span }
digest-total = Questions: { $count } (the week before: { $before })
digest-rate = Answered: { $share } (the week before: { $before })
digest-waiting = To review: { $waiting }
digest-wanted = Most wanted, without an answer:
digest-near = Near “{ $title }”
digest-unlike = Unlike anything in the collection
digest-private = No question is quoted here, since more people may read this channel. *Review* shows them to moderators alone.

await-tell = Tell me
await-kept = You get one direct message when this can be answered. Until then your account’s id is kept encrypted; after that it is deleted, and after 30 days in any case.
await-not-yours = Only whoever asked this can be told, and only where the words of questions are kept. Ask it yourself in one of the bot’s channels, then press *Tell me*.
await-answered = You asked “{ $topic }” something that it had no answer to:
await-now = It can be answered now: **{ $title }**
