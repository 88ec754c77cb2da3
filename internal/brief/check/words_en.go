package check

import "strings"

// englishWords is the English vocabulary.
var englishWords = lists{
	number: `zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
		twenty thirty forty fourty fifty sixty seventy eighty ninety hundred* thousand* million* billion* half halv* third thirds quarter* fifth fifths tenth*
		double* doubling triple* tripling treble* quadrupl* twofold threefold tenfold fold dozen* score scores couple pair pairs percent* per_cent percentage* points point
		first second twice thrice once times pct majority minority most_of nearly_all almost_all i ii iii iv v vi vii viii ix x xi xii xv xx xxx xl l c d m digit* multipl* both both_of handful
		twenti* tons_of several_hundred`,
	absolute: `always never all everyone everybody nobody every guarantee* certain certainly definite* undoubted* undeniable* absolute* prove* proven proof proves demonstrate* without_doubt without_a_doubt
		no_doubt inevitable* unstoppable completely totally entire* perfect* unprecedented historic* confirm* ensure* assure* unbeatable dominate* dominat* undisputed phenomenon craze revolution* massive* unanimous*`,
	forecast: `about_to on_the_verge_of on_track_to on_course_to heading_for headed_for heading_to on_the_point_of will shall going_to soon next future tomorrow forecast* predict* expect_to project* anticipat* promise* upcoming likely_to_continue set_to poised bound_to would continue_to`,
	cause: `because due thanks caus* owing since as_a_result result* led_to leads_to lead_to therefore so hence thus after following fuel* boost* spark* explain* reason* behind effect* impact* drive* driven driving drove
		trigger* attribut* consequence* thereby motivat* influence* responsible owe* owes stem* stems credit* blame* help* push* pushed produce* generat* prompt* root make_people contribut* pull*`,
	neutral: `the ones well outside during despite kept held drawn became began chose a an of in on at to from by with without_further for as is are was were be being been has have had having do does did it its they them their this that these those there here where when while although though but and or if not_only than which who
		whom whose what how we us our you also too well_read as_well still yet only just even very quite rather some any other others another each same own rest then about around between among within over across against_the through into onto per per_department
		see sees seen saw read reads reading say says said saying speak speaks spoke speaking talk talks talked talking mention mentioned mentioning name named names comment comments commented tell told tells write show shows showed shown stand stands stood
		remain remains remained stay stays stayed reach reaches reached account accounts come comes came take takes took give gives gave look looks looked find finds found wait waiting waited count counts counted note noted notes noting worth wise caution cautious careful care
		people diners diner customers customer consumers consumer public readers reader conversation conversations interest data figure figures interval intervals margin margins wide wider narrow precision precise report brief summary text texts reading
		kitchen kitchens table menu country peru national region regions department departments place places city area areas line online period periods window stretch source sources channel channels presence attention volume pace picture overview
		part parts side case cases form forms shape way ways topic topics kind kinds category categories group groups word words voice voices phrase news trend trends series enough early quiet even evens out even_out clear ground front on_the_whole overall in_general general
		particular special especially notably visible far such much many few fewer_data more_data more_data_are include includes included exclude excludes excluded know knows known measure measured measures compare_with compared observed observe stand_for mean means
		try tries should can cannot could_not let put puts puts_it keep_an_eye keep keeps watch watching eye eyes track tracking monitor check judge judged judging judgement verdict decision decisions act acting conclude conclusions conclusion question questions level levels size range ranges value values bounds bound
		apart separate separates told_apart firm solid reliable sample makes make made up_to to_date level_with balance_out mind time_being for_now for_the_time_being at_this_stage so_far in_the_meantime meanwhile whether however moreover further additionally again together along alongside
		heard hear widely_spread speaks_for draws drew draw gathered gathers collected collects collect brought bring brings recorded records_of placed places_with sits sit sums sum sees_the goes go went gone get gets got close closer near nearly leaves leave left detail details context light
		share shares_of joined joins join opens open opening page line_of nothing something anything need needs needed must_wait say_anything add adds added certainty uncertainty usual_one make_up makes_up made_up now this_one runs run several visibly gather gathers move moves moved running best_read best_taken current recent lately latest new base based backed backs rests rest_on picture_of talked_about chatter buzz
		noticed notice notices noticing spotted worth_noting overview_of deals deal came_from s speak_of look_like looks_like time often whole the_whole_country anyway above_all all_mentions least above_chance it_lose own_words yields yield covers cover spans span lies lie lay them_selves itself themselves thin full fully common centre step`,
	up:           `stronger rise rises rose risen rising grow* grew growth increas* climb* gain gains gained gaining uptick upward upwards ascend* advanc* picks_up picking_up picked_up up on_the_rise rebound*`,
	down:         `weaker fall falls fell fallen falling drop drops dropped dropping declin* decreas* lose loses lost losing descend* slip* shrink* shrank retreat* reced* down downward downwards wan* cool* cooling fade* fading dip dips dipped lower loss`,
	hugeUpWord:   `jump jumps jumped jumping leap leaps leapt leaped soar* surg* skyrocket* explod* boom* rocket* spectacular* dramatic* huge hugely enormous* exponential* sharp* steep*`,
	hugeDownWord: `collaps* plummet* plung* crash* nosediv* tank*`,
	slightWord:   `slight* modest* mild* small little faint*`,
	steady:       `steady stable stability unchanged flat constant constantly no_change no_clear_change without_change without_changes without_clear_changes does_not_change do_not_change holds_steady`,
	changeWord:   `change changes changed changing variation* varies vary`,
	chance:       `cannot_be_told_from_chance could_be_chance may_be_chance not_told_from_chance consistent_with_chance inconclusive not_conclusive might_be_chance`,
	negation:     `no not nor neither without none never_mind too`,
	hedge:        `seem seems seemed seemingly may might could perhaps possibl* probabl* appear appears apparent* suggest* sign signs hint hints indication* tentative* preliminary barely cautiously with_caution uncertain arguably just_about early_signs`,
	strong:       `clearly strong strongly marked markedly firmly solidly significant* distinctly decisive* plainly sustained pronounced stands_well_apart_from_chance stand_well_apart_from_chance can_be_told_from_chance stands_apart_from_chance stand_apart_from_chance well_beyond_chance beyond_chance convincing* unmistakabl*`,
	calendar:     `calendar season seasons seasonal* seasonally time_of_year holiday* feast* as_expected expected usual usually customary as_every_year`,
	campaign:     `campaign* copied repeated coordinated promotion* advert* paste* pasted`,
	spike:        `short_lived spike* brief_spike briefly passing short_lived fleeting momentary one_off blip brief_dip brief_jump jumped_briefly jumps_briefly`,
	priceMove:    `movement_of_its_price movement_of_the_price change_in_price price_change dearer cheaper`,
	compare:      `outweigh* outnumber* prevail* predominate* outperform* outpac* overtak* overtook exceed* beat* beats surpass* ahead behind_the more_than less_than better_than worse_than higher_than lower_than higher compared_to rival* outsell* versus vs unlike dwarf* outrank* eclips* outstrip* trail*`,
	superlative:  `most lead leads led leading leader leaders top best worst highest lowest largest biggest greatest record main principal favourite* favorite* star stars king queen winner* number rank* ranking first_place main_one follows follow`,
	more:         `more`,
	less:         `less fewer`,
	like: `more_positive_than_negative more_favourable_than_not like likes liked praise* love* loved loves enjoy* positive* favourabl* favorabl* appreciat* applaud* welcome* good pleas* satisf* happy approve* approval strength* strong_point recommend* well_liked well_received celebrat* good_outweighs_the_bad
		the_good_outweighs_the_bad warm warmly compliment* delight*`,
	dislike:      `dislike* complain* bother* criti* negative* unfavourabl* unfavorabl* annoy* bad poor* dissatisf* unhappy disappoint* weak* weakness* sore hate* frustrat* disapprov* bad_outweighs_the_good the_bad_outweighs_the_good problem* gripe* grumbl* reject*`,
	opinionWord:  `opinion opinions mood tone sentiment feeling feelings climate positive_and_negative positive_and_negative_opinions positive_or_negative`,
	saldo:        `balance`,
	mentionsWord: `mentions`,
	foodsWord:    `food foods dish dishes item items entities drinks ingredients products`,
	beforeWord:   `before previous previously earlier preceding prior past against against_the_period`,
	elsewhere:    `rest_of_the_country rest_of_peru other_departments elsewhere national_rate rest_of_the_departments stands_out stand_out stood_out`,
	week:         `week weekly this_week`,
	otherTime: `today yesterday year years month months monthly day days daily monday tuesday wednesday thursday friday saturday* sunday* january february march april june july august september october november december
		decade* century hour hours minute* annual* annually weekend* tonight overnight`,
}

var englishRest = vocabulary{
	aspects: map[string][]string{
		"food": {"taste", "flavour", "the food"}, "portion": {"portion", "portions", "serving", "servings"}, "price": {"price", "prices", "cost"},
		"service": {"service", "staff"}, "delivery": {"delivery", "deliveries"}, "ambience": {"ambience", "atmosphere"},
		"hygiene": {"hygiene", "cleanliness"}, "health": {"healthy", "health", "how healthy it is"},
	},
	sources: map[string][]string{
		"review": {"reviews", "review"}, "delivery": {"delivery comments"}, "social": {"social media", "social networks"}, "survey": {"surveys", "survey"},
	},
	contrast: set("while but although though whereas"),
	and:      set("and"),
	link:     set("a an of by in the is are at with nearly about almost to"),
	reach:    set("reach reaches at to"),
	from:     set("from"),
	to:       set("to"),
	outweigh: set("outweigh outweighs outnumber outnumbers prevail prevails predominate predominates"),
	among:    set("among between amongst"),
	orders:   set("put bet invest push promote remove feature buy order try visit taste eat drink choose cook serve enjoy share post launch offer get add taste recommend consider make use"),
	supplies: set("contribute contributes contributed generate generates"),
	noted:    set("stands stand stood"),
	compared: map[string]string{"more than": "up", "less than": "down", "higher than": "up", "lower than": "down", "above": "up", "below": "down", "higher": "up", "exceed": "up", "exceeds": "up", "exceeded": "up", "surpass": "up", "surpasses": "up", "surpassed": "up", "beats": "up", "beat": "up", "ahead": "up"},
	carries:  set("that be can say said it a an is"),
	weak:     set("weak thin poor shaky"),
	evidence: set("data datum evidence sign signal rise fall gain increase decline growth drop base sample trend movement hint climb dip"),
	twos:     set("sides stories foods dishes names trends moves faces readings directions things ends"),
	whole:    set("what everything conversation total whole cases texts comments material records reviews posts voices volume period week them it talk all sample category dishes foods everything"),
	proper:   set("peru peruvian internet peruvians limeno"),
	leaps:    set("jump jumps jumped jumping leap leaps leapt leaped"),
	evokes:   strings.Fields("stok fuel stir fan generat provok caus spark prompt elicit draw drew foster trigger push"),
	freed:    set("all every everyone everybody everything always certain certainly definite definitely proof proven prove proves confirm confirms confirmed guarantee guarantees guaranteed perfect perfectly entire entirely completely totally"),
	alike:    "similar comparable equivalent alike",
}
