# unshare.sh ROOT TMP FOLDER COMMAND...: runs COMMAND in the image unpacked in ROOT, as its first process.
# It runs in a user and a mount namespace of its own: what is mounted here, nobody else sees.
root=$1 tmp=$2 folder=$3
shift 3
path=$PATH # of the image
PATH=/usr/sbin:/usr/bin:/sbin:/bin

mount --rbind "$root" "$root"
mount --bind "$tmp" "$root/tmp"
mount --rbind /proc "$root/proc"
for device in null zero full random urandom; do
  mount --bind "/dev/$device" "$root/dev/$device"
done
mount -o remount,bind,ro "$root" # all of it but what was mounted above

unshare=$(command -v unshare)
PATH=$path
exec "$unshare" --root "$root" --wd "$folder" -- "$@"
