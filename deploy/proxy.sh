# Writes what nginx must know of the settings, and becomes nginx. The environment gives FRONT_SUBNET, MAX_BODY_BYTES and
# CORS_ORIGINS, as the backend reads them; docker-compose.prod.yml has their defaults. Ends with 1 at a wrong value.
set -eu

refuse() {
  echo "$1; change it in .env.production" >&2
  exit 1
}

case $MAX_BODY_BYTES in
  '' | 0* | *[!0-9]*) refuse "MAX_BODY_BYTES must be a number of bytes above 0, which nginx takes for no limit; it is '$MAX_BODY_BYTES'" ;;
esac
origins=$(echo "$CORS_ORIGINS" | tr , ' ')
{
  echo "set_real_ip_from $FRONT_SUBNET;"
  echo "client_max_body_size $MAX_BODY_BYTES;"
  echo "map '' \$most_body_bytes { default $MAX_BODY_BYTES; }"
  echo 'map $http_origin $allowed_origin {'
  echo '  default "";'
  for origin in $origins; do
    case $origin in
      *[!]A-Za-z0-9:/._[-]*) refuse "CORS_ORIGINS must list origins such as https://app.example.com; it has '$origin'" ;;
    esac
    echo "  \"$origin\" \$http_origin;"
  done
  echo '}'
} > /tmp/settings.conf
exec nginx -c /etc/nginx/handwork.conf
