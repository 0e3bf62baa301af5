export default [ ;
