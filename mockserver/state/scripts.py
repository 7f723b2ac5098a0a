"""What Redis does at one instant: scripts in Lua, over the keys of one world.

``KEYS`` are those of ``KEYS`` below, in their order. The first two arguments are the life of the
store that the caller knows, or nothing, and the position up to which it has read.
"""

__all__ = [
    "AGREE", "APPEND", "CLEAR_EXCHANGES", "EXCHANGE_KEYS", "KEYS", "REMOVE_EXCHANGES", "RESTORE",
    "SEE", "SINCE", "WRITE_EXCHANGES",
]  # fmt: skip

# One slot, where the store is a cluster.
_NAMES = ("life", "position", "log", "numbers", "world", "seen")
KEYS = tuple(f"{{active-calls}}:{name}" for name in _NAMES)

# A store that lost everything has no life, one that lost the latest is behind.
_STATE = """
local life = redis.call('GET', KEYS[1]) or ''
local last = tonumber(redis.call('GET', KEYS[2]) or '0')
local after = tonumber(ARGV[2])
local lost = life == '' or (ARGV[1] ~= '' and life ~= ARGV[1]) or last < after
local function entries()
  if last == after then return {} end
  return redis.call('XRANGE', KEYS[3], '(' .. ARGV[2] .. '-0', '+')
end
"""

# → life, position, whether it was lost, the entries, and the instant by the server's clock
SINCE = (
    _STATE
    + """
return {life, last, lost and 1 or 0, lost and {} or entries(), redis.call('TIME')}
"""
)

# Each entry: workspace, its number or 0 for the next one, its text, and what it is: 'event',
# 'other' without a number, or 'forget', which removes all of the workspace.
_ADD = """
local function add(workspace, number, text, sort)
  local position = redis.call('INCR', KEYS[2])
  number = tonumber(number)
  if sort == 'event' then
    local latest = tonumber(redis.call('HGET', KEYS[4], workspace) or '0')
    if number == 0 then number = latest + 1 end
    redis.call('HSET', KEYS[4], workspace, string.format('%d', math.max(latest, number)))
  elseif sort == 'forget' then
    redis.call('HDEL', KEYS[4], workspace)
    redis.call('DEL', KEYS[6] .. ':' .. workspace)
    redis.call('ZREM', KEYS[6], workspace)
  end
  redis.call('XADD', KEYS[3], position .. '-0',
    'w', workspace, 'n', string.format('%d', number), 'e', text)
end
"""

# Arguments: life, position, seconds to live, then the entries
# → as SINCE, and the first own position
APPEND = (
    _STATE
    + _ADD
    + """
if lost then return {life, last, 1, {}, redis.call('TIME'), 0} end
local own = last + 1
for i = 4, #ARGV, 4 do add(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]) end
last = tonumber(redis.call('GET', KEYS[2]))
redis.call('EXPIRE', KEYS[3], ARGV[3])
redis.call('EXPIRE', KEYS[4], ARGV[3])
return {life, last, 0, entries(), redis.call('TIME'), own}
"""
)

# Arguments: life, position, a new life, the world, then the entries. Only where the store has still
# lost what the caller knows → 1 if it was done
RESTORE = (
    _STATE
    + _ADD
    + """
if life ~= '' and life ~= ARGV[1] then return 0 end
if not lost then return 0 end
redis.call('DEL', KEYS[2], KEYS[3], KEYS[4])
redis.call('SET', KEYS[1], ARGV[3])
redis.call('SET', KEYS[5], ARGV[4])
redis.call('SET', KEYS[2], '0')
for i = 5, #ARGV, 4 do add(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]) end
return 1
"""
)

# Arguments: seconds to live, rooms of a workspace at most, workspaces at most, now; then for each
# event workspace, room, instant
SEE = """
for i = 5, #ARGV, 3 do
  local rooms = KEYS[6] .. ':' .. ARGV[i]
  redis.call('ZADD', KEYS[6], ARGV[4], ARGV[i])
  redis.call('ZADD', rooms, ARGV[i + 2], ARGV[i + 1])
  redis.call('ZREMRANGEBYRANK', rooms, 0, -1 - tonumber(ARGV[2]))
  redis.call('EXPIRE', rooms, ARGV[1])
end
redis.call('EXPIRE', KEYS[6], ARGV[1])
while redis.call('ZCARD', KEYS[6]) > tonumber(ARGV[3]) do
  redis.call('DEL', KEYS[6] .. ':' .. redis.call('ZPOPMIN', KEYS[6])[1])
end
"""

# Arguments: a new life, the world → the world that holds
AGREE = """
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('DEL', KEYS[2], KEYS[3], KEYS[4], KEYS[5])
  redis.call('SET', KEYS[1], ARGV[1])
end
redis.call('SET', KEYS[5], ARGV[2], 'NX')
return redis.call('GET', KEYS[5])
"""

# Exchanges: the latest of applications, and the mock's own, each in a set sorted by number; those
# that wait by their mark.
_EXCHANGES = ("number", "exchanges", "own", "waiting", "cleared")
EXCHANGE_KEYS = tuple(f"{{active-calls}}:journal:{name}" for name in _EXCHANGES)

# Arguments: seconds to live, how many are kept, and of the own ones, how many are left out; then
# for each its mark, 'waiting', 'over' or '', whether it is own, and itself. One that is over has
# the number with which it waited, and none where it was forgotten since.
WRITE_EXCHANGES = """
redis.call('INCRBY', KEYS[1], ARGV[4])
for i = 5, #ARGV, 4 do
  local mark, state, packed = ARGV[i], ARGV[i + 1], ARGV[i + 3]
  local number
  if state == 'over' then
    number = redis.call('HGET', KEYS[4], mark)
    redis.call('HDEL', KEYS[4], mark)
    if number then
      redis.call('ZREMRANGEBYSCORE', KEYS[2], number, number)
      redis.call('ZREMRANGEBYSCORE', KEYS[3], number, number)
    end
  else
    number = redis.call('INCR', KEYS[1])
    if state == 'waiting' then redis.call('HSET', KEYS[4], mark, number) end
  end
  if number then
    local key = ARGV[i + 2] == '1' and KEYS[3] or KEYS[2]
    redis.call('ZADD', key, number, number .. ':' .. packed)
  end
end
redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -1 - tonumber(ARGV[2]))
redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -1 - tonumber(ARGV[3]))
for i = 1, 4 do redis.call('EXPIRE', KEYS[i], ARGV[1]) end
"""

# Arguments: the numbers → nothing; those that wait are not written when they are over
REMOVE_EXCHANGES = """
local gone = {}
for _, number in ipairs(ARGV) do
  gone[number] = true
  redis.call('ZREMRANGEBYSCORE', KEYS[2], number, number)
  redis.call('ZREMRANGEBYSCORE', KEYS[3], number, number)
end
local waiting = redis.call('HGETALL', KEYS[4])
for i = 1, #waiting, 2 do
  if gone[waiting[i + 1]] then redis.call('HDEL', KEYS[4], waiting[i]) end
end
"""

# Forgets all that are over
CLEAR_EXCHANGES = """
local latest = redis.call('GET', KEYS[1]) or '0'
local waits = {}
for _, number in ipairs(redis.call('HVALS', KEYS[4])) do waits[number] = true end
for i = 2, 3 do
  for _, member in ipairs(redis.call('ZRANGE', KEYS[i], 0, -1)) do
    if not waits[string.match(member, '^%d+')] then redis.call('ZREM', KEYS[i], member) end
  end
end
redis.call('SET', KEYS[5], latest, 'EX', ARGV[1])
"""
